/** Forward through an activation of tfjs's operations. */
import type { RunConfig } from '../../../../config/schema.ts';
import { elementwise, wide } from '../../kernels.ts';
import { type Moment, made } from '../../moments.ts';
import type { Pass } from '../../pass.ts';
import { WIDE } from '../../widths.ts';
import { keptNumber } from './number.ts';

type Activation = RunConfig['model']['activation'];

const NAME = 'feed-forward';

export const activationForward = (pass: Pass): Moment[] => FORWARDS[pass.model.activation](pass);

const FORWARDS: Readonly<Record<Activation, (pass: Pass) => Moment[]>> = {
  gelu(pass) {
    const { same, number } = sizesOf(pass);
    return [...number, ...number, same, ...number, same]; // u/2, u/√2, erf, 1 + erf, GELU
  },
  'gelu-tanh'(pass) {
    const { NF, widths } = pass;
    const { same, number } = sizesOf(pass);
    return [
      wide(NAME, [NF, widths.product], NF), // u²
      elementwise(NAME, [NF, WIDE], [NF, widths.product]), // u³
      ...number, // times 0.044715
      same, // u + …
      ...number, // times √(2/π)
      ...number, // u/2
      same, // tanh
      ...number, // 1 + tanh
      same, // GELU
    ];
  },
  relu: (pass) => [sizesOf(pass).same],
  silu: (pass) => [sizesOf(pass).same, sizesOf(pass).same], // σ, u·σ
};

/** Something like u; and that with a number, which the tape keeps. */
function sizesOf(pass: Pass): { readonly same: Moment; readonly number: readonly Moment[] } {
  const { NF, widths } = pass;
  const p = widths.product;
  return { same: made(NAME, NF * p), number: keptNumber(pass, NAME, [NF, p]) };
}
