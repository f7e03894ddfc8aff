/** L blocks, one after the other, and the norm that closes a pre-norm stack. */
import type { RunConfig } from '../config/schema.ts';
import { type BlockContext, type BlockParameters, block, createBlock } from './block.ts';
import { component, layer } from './component.ts';
import { createNormalization, type NormalizationParameters, normalize } from './normalization.ts';
import type { Tensor2D, Tf } from './tensorflow.ts';
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
  tf: Tf,
  x: Tensor2D,
  { blocks, finalNorm, firstLayer }: StackParameters,
  context: BlockContext,
): Tensor2D {
  let stream = x;
  for (const [index, own] of blocks.entries())
    stream = layer(firstLayer + index, () => block(tf, stream, own, context)); // [N, H]
  return finalNorm === null ? stream : component('normalization', () => normalize(tf, stream, finalNorm)); // [N, H]
}
