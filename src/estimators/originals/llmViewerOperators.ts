/** The operators of one layer as LLM-Viewer lists them, and the bytes that each loads and stores. */
import { Refused } from '../original.ts';
import type { ViewerModel } from './llmViewerModels.ts';

/** Bytes of one operator in one layer. */
export interface Operator {
  readonly load_weight: number;
  readonly load_act: number;
  readonly store_act: number;
  readonly load_kv_cache: number;
  readonly store_kv_cache: number;
}
/** In the order in which they are added up. */
export type Operators = Readonly<Record<string, Operator>>;
export type Stage = 'prefill' | 'decode';

const NOTHING: Operator = { load_weight: 0, load_act: 0, store_act: 0, load_kv_cache: 0, store_kv_cache: 0 };
const MOVED = Object.keys(NOTHING) as readonly (keyof Operator)[];

export interface Work {
  readonly batchsize: number;
  /** Tokens of the prompt, or of the cache that a new token sees; a fraction between two of them in a chat. */
  readonly seqlen: number;
  /** Bytes of an element. */
  readonly w_byte: number;
  readonly a_byte: number;
  readonly kv_byte: number;
  /** Bytes on chip where attention is fused; null where it is not. */
  readonly onchipBuffer: number | null;
}

/** Throws `Refused` where an operator moves nothing, which the original divides by. */
export function layerOperators(model: ViewerModel, work: Work, stage: Stage): Operators {
  const moved = {
    ...linearLayers(model, work, stage),
    ...(work.onchipBuffer === null
      ? attention(model, work, stage)
      : { fused_attention: fusedAttention(model, work, work.onchipBuffer, stage) }),
    ...elementwise(model, work, stage),
  };
  const operators = Object.entries(moved).map(([name, own]) => [name, { ...NOTHING, ...own }] as const);
  for (const [name, operator] of operators) {
    if (MOVED.every((key) => operator[key] === 0)) throw new Refused(`division by zero: ${name} moves nothing`);
  }
  return Object.fromEntries(operators);
}

/** The head after the layers: of one token, whatever the batch. */
export function headOperators(model: ViewerModel, { w_byte, a_byte }: Work): Operators {
  if (model.vocabularySize === null) return {};
  const { hiddenSize, vocabularySize } = model;
  return {
    lm_head: {
      ...NOTHING,
      load_weight: hiddenSize * vocabularySize * w_byte,
      load_act: hiddenSize * a_byte,
      store_act: vocabularySize * a_byte,
    },
  };
}

type Moved = Readonly<Record<string, Partial<Operator>>>;

/** Tokens that are computed at once. */
const newTokens = ({ seqlen }: Work, stage: Stage): number => (stage === 'prefill' ? seqlen : 1);

function linearLayers(model: ViewerModel, work: Work, stage: Stage): Moved {
  const { hiddenSize: h, intermediateSize: f } = model;
  const { batchsize, w_byte, a_byte, kv_byte } = work;
  const n = newTokens(work, stage);
  const linear = (inputs: number, outputs: number) => ({
    load_weight: inputs * outputs * w_byte,
    load_act: inputs * batchsize * n * a_byte,
    store_act: outputs * batchsize * n * a_byte,
  });
  const keyValueWidth = (h * model.keyValueHeads) / model.heads;
  const keyValue = {
    ...linear(h, keyValueWidth),
    store_act: 0, // its output is the cache
    store_kv_cache: keyValueWidth * batchsize * n * kv_byte,
  };
  return {
    q_proj: linear(h, h),
    k_proj: keyValue,
    v_proj: keyValue,
    out_proj: linear(h, h),
    ...(model.gated ? { gate_proj: linear(h, f) } : {}),
    up_proj: linear(h, f),
    down_proj: linear(f, h),
  };
}

function headSizeOf({ hiddenSize, heads }: ViewerModel): number {
  const headSize = Math.floor(hiddenSize / heads);
  if (headSize === 0) throw new Refused('division by zero: heads of no width do nothing');
  return headSize;
}

function attention(model: ViewerModel, work: Work, stage: Stage): Moved {
  const { heads, keyValueHeads } = model;
  const { batchsize, seqlen, a_byte, kv_byte } = work;
  const headSize = headSizeOf(model);
  const n = newTokens(work, stage);
  const scores = n * seqlen * batchsize * heads * a_byte;
  const probabilities = batchsize * heads * seqlen * n * a_byte; // as many; in the original's order, as seqlen may be a fraction
  const queryHeads = stage === 'prefill' ? keyValueHeads : heads; // in prefill queries are loaded of as many heads as keys are
  const load_kv_cache = seqlen * headSize * batchsize * keyValueHeads * kv_byte;
  return {
    qk_matmul: { load_act: n * headSize * batchsize * queryHeads * a_byte, store_act: scores, load_kv_cache },
    sv_matmul: { load_act: scores, store_act: n * headSize * batchsize * heads * a_byte, load_kv_cache },
    softmax: { load_act: probabilities, store_act: probabilities },
  };
}

/** FlashAttention-2, whose output is taken to be as large as the scores, twice; keys and values as if all heads had their own. */
function fusedAttention(model: ViewerModel, work: Work, buffer: number, stage: Stage): Partial<Operator> {
  const { heads } = model;
  const { batchsize, seqlen, a_byte, kv_byte } = work;
  const headSize = headSizeOf(model);
  if (kv_byte === 0) throw new Refused('division by zero: keys and values of no width');
  const n = newTokens(work, stage);
  const blockRows = Math.min(Math.ceil(buffer / (kv_byte * headSize)), headSize);
  const blocks = Math.ceil(n / blockRows);
  return {
    load_act: n * headSize * batchsize * heads * a_byte,
    store_act: n * seqlen * batchsize * heads * a_byte * 2, // "initialize O and save O"
    load_kv_cache: blocks * seqlen * headSize * batchsize * heads * kv_byte * 2,
  };
}

function elementwise({ hiddenSize, norms }: ViewerModel, work: Work, stage: Stage): Moved {
  const stream = work.batchsize * hiddenSize * newTokens(work, stage) * work.a_byte;
  const through = { load_act: stream, store_act: stream };
  return {
    ...Object.fromEntries(norms.map((norm) => [norm, through])),
    attn_add: through,
    mlp_add: through,
    mlp_act: { load_act: stream * 2, store_act: stream }, // of the width of the stream, not of the feed-forward block
  };
}
