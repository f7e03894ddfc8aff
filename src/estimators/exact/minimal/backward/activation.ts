/** Backward through an activation that brings its own gradient: its slope, times dy. */
import type { RunConfig } from '../../../../config/schema.ts';
import { type Gradient, own } from '../../backward/gradient.ts';
import type { Walk } from '../../backward/walk.ts';
import { chain, within } from '../../chain.ts';
import { elementwise, wide, withNumber } from '../../kernels.ts';
import { freed, type Moment, made } from '../../moments.ts';
import type { Pass } from '../../pass.ts';
import { BOOL, WIDE } from '../../widths.ts';

type Activation = RunConfig['model']['activation'];

const NAME = 'feed-forward';

export function activationBackward(walk: Walk, pass: Pass, dy: Gradient): Gradient {
  const { NF, widths } = pass;
  const bytes = NF * widths.product;
  const slope = within(SLOPES[pass.model.activation](pass), NAME, bytes);
  return walk.node({
    ...{ by: NAME, dys: [dy], gone: { [NAME]: bytes } }, // u; of ReLU the output
    atOnce: [...slope, made(NAME, bytes), freed(NAME, bytes)],
    parts: [own(NAME, [NF, widths.product])],
  })[0];
}

/** What is left of each goes with its last result. */
const SLOPES: Readonly<Record<Activation, (pass: Pass) => Moment[]>> = {
  gelu({ NF, widths: { product: p } }) {
    const [u, same, number] = [[NF, p] as const, made(NAME, NF * p), withNumber(NAME, [NF, p])];
    const exponential = [wide(NAME, u, NF), withNumber(NAME, [NF, WIDE]), made(NAME, NF * WIDE)];
    return [
      ...chain(number, same, number, number), // u/√2, erf, 1 + erf, half of it: Φ
      ...chain(...exponential, withNumber(NAME, [NF, WIDE]), elementwise(NAME, u, [NF, WIDE]), same), // u², −u²/2, e^…, φ, u·φ, Φ + u·φ
    ];
  },
  'gelu-tanh'({ NF, widths: { product: p } }) {
    const [u, same, number] = [[NF, p] as const, made(NAME, NF * p), withNumber(NAME, [NF, p])];
    const [square, wideNumber] = [wide(NAME, u, NF), withNumber(NAME, [NF, WIDE])];
    const inner = [square, elementwise(NAME, [NF, WIDE], u), number, same, number]; // u², u³, 0.044715·u³, u + …, √(2/π)·(…)
    const steepness = chain(square, wideNumber, wideNumber, wideNumber); // of what is in the tanh
    return [
      ...within(inner, NAME, NF * p),
      same, // tanh
      ...steepness,
      ...chain(square, wideNumber), // 1 − tanh²; stays
      made(NAME, NF * WIDE), // their product
      freed(NAME, NF * WIDE),
      number, // u/2; stays
      elementwise(NAME, u, [NF, WIDE]), // their product
      freed(NAME, NF * WIDE),
      number, // 1 + tanh
      number, // half of it
      same, // the sum
    ];
  },
  relu({ NF, widths: { product: p } }) {
    // tfjs-node's Step (kernels/Step.ts): whether y is a number, and above 0; ones and zeros, chosen from by the one, and y where it is none.
    const chosen = elementwise(NAME, [NF, p], [NF, WIDE]);
    return [{ ...chosen, passing: chosen.passing + 2 * NF * BOOL + WIDE + 3 * NF * WIDE }];
  },
  silu({ NF, widths: { product: p } }) {
    const [same, number] = [made(NAME, NF * p), withNumber(NAME, [NF, p])];
    return [same, ...chain(number, same, number, same)]; // σ; 1 − σ, u·(1 − σ), 1 + …, σ·(…)
  },
};
