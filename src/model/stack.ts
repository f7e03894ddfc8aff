/** L blocks, one after the other, and the norm that closes a pre-norm stack. */
import type { RunConfig } from '../config/schema.ts';
import { type BlockContext, type BlockParameters, block, createBlock } from './block.ts';
import { component, layer } from './component.ts';
import { createNormalization, type NormalizationParameters, normalize } from './normalization.ts';
import type { Tensor, Tensor2D, Variable } from './tensorflow.ts';
import type { Tools } from './tools.ts';
import type { CreateVariable } from './variables.ts';

export interface StackParameters {
  readonly blocks: readonly BlockParameters[];
  /** Null with post-norm: there the last block ends with one. */
  readonly finalNorm: NormalizationParameters | null;
  /** Number of the first block, where a model has two stacks. */
  readonly firstLayer: number;
}

export function createStack(
  create: CreateVariable,
  name: string,
  model: RunConfig['model'],
  { cross = false, firstLayer = 0 } = {},
): StackParameters {
  const blocks = Array.from({ length: model.layers }, (_, index) =>
    layer(firstLayer + index, () => createBlock(create, `${name}block${index}`, model, { cross })),
  );
  const closes = model.normalizationPlacement === 'pre';
  return { blocks, finalNorm: closes ? createNormalization(create, `${name}finalNorm`, model) : null, firstLayer };
}

/** `x`: [N, H] → [N, H] */
export function stack(
  tools: Tools,
  x: Tensor2D,
  { blocks, finalNorm, firstLayer }: StackParameters,
  context: BlockContext,
): Tensor2D {
  const numbered = blocks.map((own, index) => ({ own, number: firstLayer + index }));
  const length = segmentLength(tools.checkpointing, blocks.length);
  let stream = x;
  for (let start = 0; start < blocks.length; start += length) {
    const segment = numbered.slice(start, start + length);
    stream =
      tools.checkpointing === 'block' || tools.checkpointing === 'sqrt'
        ? recomputed(tools, stream, segment, context)
        : inTurn(tools, stream, segment, context); // [N, H]
  }
  return finalNorm === null ? stream : component('normalization', () => normalize(tools, stream, finalNorm)); // [N, H]
}

interface NumberedBlock {
  readonly own: BlockParameters;
  readonly number: number;
}

const inTurn = (tools: Tools, x: Tensor2D, blocks: readonly NumberedBlock[], context: BlockContext): Tensor2D =>
  blocks.reduce((stream, { own, number }) => layer(number, () => block(tools, stream, own, context, number)), x);

/** Blocks that are run again together in backward: each alone, or √L at a time (Chen et al. 2016, §4.1). */
function segmentLength(checkpointing: Tools['checkpointing'], layers: number): number {
  return checkpointing === 'sqrt' ? Math.round(Math.sqrt(layers)) : 1;
}

/** Nothing of the segment is kept but what enters it: the stream, and the encoder's output where there is one. */
function recomputed(tools: Tools, x: Tensor2D, segment: readonly NumberedBlock[], context: BlockContext): Tensor2D {
  const { memory } = context;
  const again = context.dropout.repeatable((...[stream, rows]: Tensor[]) => {
    const within = memory === null ? context : { ...context, memory: { ...memory, rows: rows as Tensor2D } };
    return inTurn(tools, stream as Tensor2D, segment, within);
  });
  const variables = tools.tf.tensor_util.getTensorsInContainer(segment.map(({ own }) => own) as never) as Variable[];
  return tools.checkpoint(again, memory === null ? [x] : [x, memory.rows], variables);
}
