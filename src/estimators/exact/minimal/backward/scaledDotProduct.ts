/** Backward through a scaled dot product that brings its own gradient. */
import { type Gradient, own } from '../../backward/gradient.ts';
import type { AttentionKind, OfHeads } from '../../backward/operations.ts';
import type { Walk } from '../../backward/walk.ts';
import { within } from '../../chain.ts';
import { cast, elementwise, product, reduced, withNumber } from '../../kernels.ts';
import { freed, type Moment, made } from '../../moments.ts';
import type { Pass } from '../../pass.ts';
import { WIDE } from '../../widths.ts';
import { masked } from '../dropout.ts';
import { scaledDotProductForward } from '../forward/scaledDotProduct.ts';
import { scaledDotProductTape } from '../tape.ts';

const NAME = 'attention';

/** The gradients of q, k and v are left, by heads. Where it was not kept it runs again, and what that makes is gone afterwards. */
export function scaledDotProductBackward(
  walk: Walk,
  pass: Pass,
  dy: Gradient,
  { masked: isMasked }: AttentionKind,
): OfHeads {
  const { NQ, NK, widths, selective } = pass;
  const p = widths.product;
  const inner = { ...pass, selective: false };
  const [by, dys, gone] = [NAME, [dy], { [NAME]: scaledDotProductTape(pass) }] as const;
  const parts = [own(NAME, [NQ, p]), own(NAME, [NK, p]), own(NAME, [NK, p])] as const;
  const kept = { [NAME]: scaledDotProductTape(inner) - (NQ + 2 * NK) * p };
  const run = () => {
    walk.make(...scaledDotProductForward(inner, isMasked));
    walk.node({ by, dys, atOnce: through(inner), parts, gone: kept });
    return parts;
  };
  const [q, k, v] = selective
    ? walk.again({ by, dys, gone }, run)
    : walk.node({ by, dys, atOnce: through(pass), parts, gone });
  return { q, k, v };
}

function through(pass: Pass): Moment[] {
  const { widths, dropout, S, NQ, NK, A, host, scratch } = pass;
  const { product: p, probabilities: kept } = widths;
  const scores = product(NAME, [NQ, p], [NK, p], A, scratch); // of what was multiplied with v
  const widened = cast(NAME, A, p, kept); // kept is p, or wider
  const dropped = dropout ? masked(NAME, A, kept) : [];
  const times = elementwise(NAME, [A, kept], [A, kept]); // times the probabilities
  const sum = reduced(NAME, [A, kept], A / S, host);
  const spread = elementwise(NAME, [A, kept], [A / S, WIDE]);
  const softmax = [sum, spread, made(NAME, A * kept)]; // less the probabilities times its sum over each row
  const number = withNumber(NAME, [A, kept]); // times the scale
  const narrowed = cast(NAME, A, kept, p);
  const gone = freed(NAME, A * kept);
  const moments = [
    scores,
    ...(widened.length > 0 ? [...widened, freed(NAME, scores.bytes)] : []),
    ...(dropout ? [...dropped, gone] : []),
    times,
    gone,
    ...within(softmax, NAME, A * kept),
    gone,
    number,
    gone,
    ...(narrowed.length > 0 ? [...narrowed, gone] : []),
    product(NAME, [A, p], [NK, p], NQ, scratch), // of q
    product(NAME, [A, p], [NQ, p], NK, scratch), // of k
    product(NAME, [A, p], [NQ, p], NK, scratch), // of v
  ];
  return within(moments, NAME, (NQ + 2 * NK) * p);
}
