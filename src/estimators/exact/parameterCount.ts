/** The trainable variables of the family as it is built, one by one. */
import type { RunConfig } from '../../config/schema.ts';
import { ofLastConfig } from './ofLastConfig.ts';

/** Floats of each variable in order of creation. */
export function variableSizes({ model }: RunConfig): readonly number[] {
  const all: number[] = [];
  for (const { sizes, times } of variables(model)) {
    for (let time = 0; time < times; time++) all.push(...sizes);
  }
  return all;
}

/** How many variables there are. */
export const variableCount = ({ model }: RunConfig): number =>
  variables(model).reduce((sum, { sizes, times }) => sum + times * sizes.length, 0);

/** Variables that follow one another, as often as they are there. */
interface Variables {
  readonly sizes: readonly number[];
  readonly times: number;
}

function variables(model: RunConfig['model']): Variables[] {
  const { hiddenSize: H, vocabularySize: V } = model;
  const positions = once(model.positions === 'learned' ? [model.maxPositions * H] : []);
  const stacks =
    model.architecture === 'encoder-decoder'
      ? [positions, ...stack(model, false), positions, ...stack(model, true)]
      : [positions, ...stack(model, false)];
  return [once([V * H]), ...stacks, once(model.tiedEmbedding ? [] : [H * V])]; // the head has no bias
}

/** Floats of each variable of one block. `cross`: with attention to another stack's output. */
export const blockVariableSizes = (model: RunConfig['model'], cross: boolean): readonly number[] =>
  stack(model, cross)[0]?.sizes ?? [];

const once = (sizes: readonly number[]): Variables => ({ sizes, times: 1 });

/** `cross`: with attention to another stack's output. */
function stack(model: RunConfig['model'], cross: boolean): Variables[] {
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
  return [{ sizes: block, times: L }, once(closing)];
}

/** Trainable parameters. */
export const exactParameterCount = ofLastConfig(({ model }) =>
  variables(model).reduce((sum, { sizes, times }) => sum + times * sizes.reduce((all, size) => all + size, 0), 0),
);
