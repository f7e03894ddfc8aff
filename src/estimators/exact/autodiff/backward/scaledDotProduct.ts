/** Backward through the scaled dot product. */
import { type Gradient, own, view } from '../../backward/gradient.ts';
import type { AttentionKind, OfHeads } from '../../backward/operations.ts';
import type { Walk } from '../../backward/walk.ts';
import { leaving } from '../../forward/block.ts';
import { cast, elementwise, product, reduced } from '../../kernels.ts';
import { freed, leftBy, made } from '../../moments.ts';
import type { Pass } from '../../pass.ts';
import { WIDE } from '../../widths.ts';
import { leadingNowhere } from '../dropout.ts';
import { scaledDotProductForward } from '../forward/scaledDotProduct.ts';
import { scaledDotProductTape } from '../scaledDotProduct.ts';

const NAME = 'attention';
const by = NAME;

/** The gradients of q, k and v are left, by heads. Where it was not kept it runs again, and what that makes is gone afterwards. */
export function scaledDotProductBackward(walk: Walk, pass: Pass, dy: Gradient, kind: AttentionKind): OfHeads {
  if (!pass.selective) return through(walk, pass, dy, kind, false);
  const { NQ, widths } = pass;
  const { product: p } = widths;
  const inner = { ...pass, selective: false };
  const again = scaledDotProductForward(inner, kind.masked);
  const grouped = pass.model.keyValueHeads < pass.model.heads;
  const mixed = grouped ? 0 : NQ * p; // what it gives; a group's is on the tape
  const left = { [NAME]: scaledDotProductTape(inner, kind.masked) + mixed };
  const run = () => {
    walk.make(...again, ...leaving(leftBy(again), left));
    if (walk.frees && pass.dropout) walk.make(freed(NAME, leadingNowhere(pass.A)));
    const { q, k, v } = through(walk, inner, dy, kind, true);
    return [given(q), given(k), given(v)] as const;
  };
  const held = heldOf(pass, kind);
  const [q, k, v] = walk.again({ by, dys: [dy], gone: { [NAME]: held.q + held.k + held.v } }, run);
  return { q, k, v };
}

const given = ({ component, elements, width }: Gradient) => own(component, [elements, width]);

/** Bytes that are its own: what is transposed to a single head is what a Reshape keeps. */
function heldOf({ model, widths, NQ, NK }: Pass, { rotated }: AttentionKind): Record<'q' | 'k' | 'v', number> {
  const { product: p } = widths;
  const { heads, keyValueHeads } = model;
  return {
    q: heads > 1 || rotated ? NQ * p : 0,
    k: keyValueHeads > 1 || rotated ? NK * p : 0,
    v: keyValueHeads > 1 ? NK * p : 0,
  };
}

/** `isAgain`: q, k and v are kept by who runs it again, and what comes out by who takes it. */
function through(walk: Walk, pass: Pass, dy: Gradient, kind: AttentionKind, isAgain: boolean): OfHeads {
  const { model, widths, dropout, NQ, NK, A, host, scratch } = pass;
  const { product: p, copiesOperands } = widths;
  const { q, k, v } = isAgain ? { q: 0, k: 0, v: 0 } : heldOf(pass, kind);
  const grouped = model.keyValueHeads < model.heads;
  // A group's heads are rows of one product.
  const rows = (from: Gradient, gone: number): Gradient =>
    grouped ? walk.through(by, from, view(by, from, host, { rank: 4 }), { [NAME]: gone }) : from; // Reshape.x
  const mixed = rows(dy, isAgain ? 0 : NQ * p);
  const operand = copiesOperands ? p : WIDE; // the probabilities as the product took them
  const [probabilities, ofV] = walk.node({
    ...{ by, dys: [mixed], gone: { [NAME]: (dropout || copiesOperands ? A * operand : 0) + v } }, // MatMul.a, unless it is softmax's own; MatMul.b
    parts: [
      own(NAME, [A, p], [product(NAME, [NQ, p], [NK, p], A, scratch)]),
      own(NAME, [NK, p], [product(NAME, [A, operand], [NQ, p], NK, scratch)]),
    ],
  });
  const scores = throughSoftmax(walk, pass, probabilities, kind);
  const of = [A, scores.width] as const;
  const [ofRows, ofK] = walk.node({
    ...{ by, dys: [scores], gone: { [NAME]: (grouped ? 0 : q) + k } },
    parts: [
      own(NAME, [NQ, p], [product(NAME, of, [NK, p], NQ, scratch)]),
      own(NAME, [NK, p], [product(NAME, of, [NQ, p], NK, scratch)]),
    ],
  });
  return { q: rows(ofRows, q), k: ofK, v: ofV };
}

/** From what the product took to q·kᵀ. */
function throughSoftmax(walk: Walk, pass: Pass, dy: Gradient, { masked }: AttentionKind): Gradient {
  const { widths, dropout, S, A, host } = pass;
  const { product: p, copiesOperands } = widths;
  const gradient = copiesOperands ? WIDE : p; // of what softmax gave
  const of = [A, gradient] as const;
  const back = elementwise(NAME, of, [A, WIDE]); // dy · probabilities
  let at = dy;
  if (gradient !== p) at = walk.through(by, at, own(NAME, of, cast(NAME, A, p, gradient)));
  if (dropout) at = walk.through(by, at, own(NAME, of, [back]), { [NAME]: A * WIDE }); // times what stayed (Mul.b)
  const sum = reduced(NAME, of, A / S, host);
  const softmax = [
    sum, // sums it up over each row,
    made(NAME, A * WIDE), // times the probabilities,
    elementwise(NAME, of, [A, WIDE]), // and the difference: of the masked scores
    freed(NAME, sum.bytes + A * WIDE),
  ];
  // Softmax's gradient computes at once dy · probabilities, and of that, asked for its input's:
  [at] = walk.node({ by, dys: [at], atOnce: [back], parts: [own(NAME, of, softmax)], gone: { [NAME]: A * WIDE } }); // Softmax.y
  if (masked) at = walk.through(by, at, view(by, at, host, { rank: 4 }), { [NAME]: A * p }); // Add.a
  const scaled = elementwise(NAME, of, [1, WIDE]);
  return walk.through(by, at, own(NAME, of, [scaled]), { [NAME]: A * p + WIDE }); // q·kᵀ, and the scale
}
