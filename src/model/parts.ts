/** What the architectures share around their stacks: constants by position, embeddings, the head, the loss. */
import type { RunConfig } from '../config/schema.ts';
import type { AttentionContext } from './attention.ts';
import type { BlockContext } from './block.ts';
import { component } from './component.ts';
import type { Dropout } from './dropout.ts';
import { createLearnedPositions, type Positions, sinusoids } from './embedding.ts';
import type { HeadParameters } from './head.ts';
import type { KeyValueCache } from './keyValueCache.ts';
import { crossEntropy, type Labels, probabilities } from './loss.ts';
import { causalMask } from './mask.ts';
import type { Batch, Model } from './model.ts';
import { createRotation, type Rotation } from './rotary.ts';
import type { Scalar, Tensor, Tensor2D, Tf, Variable } from './tensorflow.ts';
import type { Tools } from './tools.ts';
import type { CreateVariable } from './variables.ts';

/** Tensors that are made once and depend on nothing that is trained. */
export interface Constants {
  readonly mask: Tensor2D | null;
  readonly rotation: Rotation | null;
  readonly sinusoids: Tensor2D | null;
  readonly all: readonly Tensor[];
}

export function createConstants(
  tf: Tf,
  { model, batch }: Pick<RunConfig, 'model' | 'batch'>,
  { causal }: { causal: boolean },
): Constants {
  return component('inputs', () => {
    const { sequenceLength, promptLength } = batch;
    const group = promptLength === null ? model.heads / model.keyValueHeads : 1; // generation cuts its masks out of it
    const mask = causal ? causalMask(tf, sequenceLength, group) : null; // [r·S, S]
    const rotation = model.positions === 'rotary' ? createRotation(tf, sequenceLength, model.headSize) : null;
    const table = model.positions === 'sinusoidal' ? sinusoids(tf, sequenceLength, model.hiddenSize) : null; // [S, H]
    const all = [mask, table, rotation?.cosines, rotation?.sines].filter((tensor) => tensor != null);
    return { mask, rotation, sinusoids: table, all };
  });
}

/** `null` until the constants are there: a learned table is a variable, and variables come first. */
export const createPositions = (create: CreateVariable, name: string, model: RunConfig['model']): Variable | null =>
  model.positions === 'learned' ? createLearnedPositions(create, name, model) : null;

/** `from`: the position of the first token. `constants` are those of the tokens. */
export function positionsOf(learned: Variable | null, { sinusoids: fixed }: Constants, from = 0): Positions {
  if (learned !== null) return { kind: 'learned', table: learned, from };
  return fixed === null ? { kind: 'none' } : { kind: 'sinusoidal', table: fixed };
}

export const createHead = (create: CreateVariable, tokens: Variable, model: RunConfig['model']): HeadParameters =>
  model.tiedEmbedding
    ? { weight: tokens, tied: true }
    : { weight: create('head/weight', [model.hiddenSize, model.vocabularySize], 'weight'), tied: false };

/** A block's surroundings. `masked` says whether this stack may not look ahead; positions are turned in self-attention alone. */
export function blockContext(
  { model, batch }: Pick<RunConfig, 'model' | 'batch'>,
  { mask, rotation }: Constants,
  dropout: Dropout,
  {
    masked,
    memory = null,
    cache = null,
  }: { readonly masked: boolean; readonly memory?: Tensor2D | null; readonly cache?: KeyValueCache | null },
): BlockContext {
  const { heads, keyValueHeads, headSize, normalizationPlacement: placement } = model;
  const remembered = null; // a block with a cache says where it keeps
  const self: AttentionContext = { mask: masked ? mask : null, rotation, dropout, remembered };
  return {
    shape: { batchSize: batch.size, heads, keyValueHeads, headSize },
    self,
    memory: memory === null ? null : { rows: memory, context: { mask: null, rotation: null, dropout, remembered } },
    placement,
    dropout,
    cache,
  };
}

/** What every architecture does with its logits [N, V], and what it leaves behind. */
export function modelOf(
  tools: Tools,
  logits: Model['logits'],
  variables: readonly Variable[],
  { all: constants }: Constants,
  next: Model['next'] = null,
): Model {
  const loss = (batch: Batch, labels: Labels = batch.targets): Scalar => {
    const predicted = logits(batch); // [N, V]
    return component('loss', () => crossEntropy(tools, predicted, labels));
  };
  const soft = (predicted: Tensor2D): Tensor2D => component('loss', () => probabilities(tools, predicted));
  return {
    logits,
    next,
    loss,
    probabilities: soft,
    variables,
    dispose: () => tools.tf.dispose([...constants, ...variables]),
  };
}
