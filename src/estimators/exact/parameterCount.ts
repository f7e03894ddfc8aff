/** The trainable variables of the decoder as it is built, one by one. */
import type { RunConfig } from '../../config/schema.ts';

/** Floats of each variable in order of creation; `undefined` where the schema leaves open what would be built. */
export function variableSizes({ model }: RunConfig): readonly number[] | undefined {
  // Neither a second stack nor the place (or absence) of a final norm after post-normalised blocks is unambiguous.
  if (model.architecture !== 'decoder' || model.normalizationPlacement !== 'pre') return undefined;
  const { layers: L, hiddenSize: H, feedForwardSize: F, vocabularySize: V } = model;
  const queries = model.heads * model.headSize;
  const keysAndValues = 2 * model.keyValueHeads * model.headSize;

  const linear = (rows: number, columns: number) => (model.biases ? [rows * columns, columns] : [rows * columns]);
  // Without biases a layer norm has no bias either, as in nanoGPT and in PyTorch's TransformerEncoderLayer(bias=False).
  const norm = model.normalization === 'layer-norm' && model.biases ? [H, H] : [H];

  const block = [
    ...norm,
    ...linear(H, queries + keysAndValues),
    ...linear(queries, H),
    ...norm,
    ...(model.gatedFeedForward ? linear(H, F) : []),
    ...linear(H, F),
    ...linear(F, H),
  ];
  return [
    V * H,
    ...(model.positions === 'learned' ? [model.maxPositions * H] : []),
    ...Array.from({ length: L }, () => block).flat(),
    ...norm,
    ...(model.tiedEmbedding ? [] : [H * V]), // the head has no bias
  ];
}

/** Trainable parameters; `undefined` where they cannot be counted from the configuration alone. */
export const exactParameterCount = (config: RunConfig): number | undefined =>
  variableSizes(config)?.reduce((sum, size) => sum + size, 0);
