/** The trainable variables of the family as it is built, one by one. */
import type { RunConfig } from '../../config/schema.ts';

/** Floats of each variable in order of creation. */
export function variableSizes({ model }: RunConfig): readonly number[] {
  const { hiddenSize: H, vocabularySize: V } = model;
  const positions = model.positions === 'learned' ? [model.maxPositions * H] : [];
  const stacks =
    model.architecture === 'encoder-decoder'
      ? [...positions, ...stackSizes(model, false), ...positions, ...stackSizes(model, true)]
      : [...positions, ...stackSizes(model, false)];
  return [V * H, ...stacks, ...(model.tiedEmbedding ? [] : [H * V])]; // the head has no bias
}

/** `cross`: with attention to another stack's output. */
function stackSizes(model: RunConfig['model'], cross: boolean): number[] {
  const { layers: L, hiddenSize: H, feedForwardSize: F } = model;
  const queries = model.heads * model.headSize;
  const keysAndValues = 2 * model.keyValueHeads * model.headSize;

  const linear = (rows: number, columns: number) => (model.biases ? [rows * columns, columns] : [rows * columns]);
  // Without biases a layer norm has no bias either, as in nanoGPT and in PyTorch's TransformerEncoderLayer(bias=False).
  const norm = model.normalization === 'layer-norm' && model.biases ? [H, H] : [H];

  const block = [
    ...norm,
    ...linear(H, queries + keysAndValues),
    ...linear(queries, H),
    ...(cross ? [...norm, ...linear(H, queries), ...linear(H, keysAndValues), ...linear(queries, H)] : []),
    ...norm,
    ...(model.gatedFeedForward ? linear(H, F) : []),
    ...linear(H, F),
    ...linear(F, H),
  ];
  const closing = model.normalizationPlacement === 'pre' ? norm : [];
  return [...Array.from({ length: L }, () => block).flat(), ...closing];
}

/** Trainable parameters. */
export const exactParameterCount = (config: RunConfig): number =>
  variableSizes(config).reduce((sum, size) => sum + size, 0);
