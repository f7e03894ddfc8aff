/** Backward through attention. */
import { made } from '../moments.ts';
import type { Pass } from '../pass.ts';
import { type Gradient, own } from './gradient.ts';
import type { AttentionKind, Input, OfHeads, Operations } from './operations.ts';
import type { Walk } from './walk.ts';

const NAME = 'attention';

export function selfAttentionBackward(
  operations: Operations,
  walk: Walk,
  pass: Pass,
  masked: boolean,
  dy: Gradient,
  input: Input,
): Gradient {
  const { model, widths, NQ, NK } = pass;
  const { hiddenSize: H, heads, keyValueHeads, headSize, biases: hasBias } = model;
  const columns = (heads + 2 * keyValueHeads) * headSize;
  const rotated = model.positions === 'rotary';
  let { q, k, v } = toHeads(operations, walk, pass, dy, { masked, rotated });
  if (rotated) {
    k = operations.rotary(walk, pass, k, keyValueHeads);
    q = operations.rotary(walk, pass, q, heads);
  }
  const rows = fromHeads(operations, walk, pass, { q, k, v });
  const qkv = joined(walk, pass, [rows.q, rows.k, rows.v], NQ + 2 * NK);
  return operations.linear(walk, pass, NAME, qkv, {
    rows: H,
    columns,
    input: { width: widths.stream, ...input },
    hasBias,
  }).input;
}

/** `memory`: the encoder's output. */
export function crossAttentionBackward(
  operations: Operations,
  walk: Walk,
  pass: Pass,
  dy: Gradient,
  input: Input,
  memory: Input,
): { input: Gradient; memory: Gradient } {
  const { model, widths, NK } = pass;
  const { hiddenSize: rows, heads, keyValueHeads, headSize, biases: hasBias } = model;
  const width = widths.stream;
  const { q, k, v } = fromHeads(
    operations,
    walk,
    pass,
    toHeads(operations, walk, pass, dy, { masked: false, rotated: false }),
  );
  const kv = joined(walk, pass, [k, v], 2 * NK);
  const ofMemory = operations.linear(walk, pass, NAME, kv, {
    ...{ rows, columns: 2 * keyValueHeads * headSize, hasBias },
    input: { width, ...memory },
  });
  const ofInput = operations.linear(walk, pass, NAME, q, {
    ...{ rows, columns: heads * headSize, hasBias },
    input: { width, ...input },
  });
  return { input: ofInput.input, memory: ofMemory.input };
}

/** Up to the gradients of q, k and v by heads. */
function toHeads(operations: Operations, walk: Walk, pass: Pass, dy: Gradient, kind: AttentionKind): OfHeads {
  const { model, widths } = pass;
  const { hiddenSize: H, heads, headSize, biases: hasBias } = model;
  const context = { width: widths.product, before: null, gone: operations.context(pass) };
  const output = operations.linear(walk, pass, NAME, dy, {
    rows: heads * headSize,
    columns: H,
    input: context,
    hasBias,
  });
  return operations.scaledDotProduct(walk, pass, operations.joinedHeads(walk, pass, output.input, heads), kind);
}

/** To rows: v, then k, then q. */
function fromHeads(operations: Operations, walk: Walk, pass: Pass, { q, k, v }: OfHeads): OfHeads {
  const { heads, keyValueHeads } = pass.model;
  const ofV = operations.splitHeads(walk, pass, v, keyValueHeads);
  const ofK = operations.splitHeads(walk, pass, k, keyValueHeads);
  return { q: operations.splitHeads(walk, pass, q, heads), k: ofK, v: ofV };
}

/** What was cut, in one again. */
function joined(walk: Walk, { widths: { product: p } }: Pass, dys: readonly Gradient[], elements: number): Gradient {
  return walk.node({ by: NAME, dys, parts: [own(NAME, [elements, p], [made(NAME, elements * p)])] })[0];
}
