/** Forward through an activation that brings its own gradient: temporaries as short-lived as within one kernel. */
import type { RunConfig } from '../../../../config/schema.ts';
import { chain, within } from '../../chain.ts';
import { elementwise, wide, withNumber } from '../../kernels.ts';
import { type Moment, made } from '../../moments.ts';
import type { Pass } from '../../pass.ts';
import { WIDE } from '../../widths.ts';

type Activation = RunConfig['model']['activation'];

const NAME = 'feed-forward';

export function activationForward(pass: Pass): Moment[] {
  const { NF, widths } = pass;
  return within(FORWARDS[pass.model.activation](pass), NAME, NF * widths.product);
}

const FORWARDS: Readonly<Record<Activation, (pass: Pass) => Moment[]>> = {
  gelu({ NF, widths: { product: p } }) {
    const [same, number] = [made(NAME, NF * p), withNumber(NAME, [NF, p])];
    return chain(number, same, number, number, same); // u/√2, erf, 1 + erf, half of it, u times that
  },
  'gelu-tanh'({ NF, widths: { product: p } }) {
    const [u, same, number] = [[NF, p] as const, made(NAME, NF * p), withNumber(NAME, [NF, p])];
    const inner = [wide(NAME, u, NF), elementwise(NAME, [NF, WIDE], u), number, same, number]; // u², u³, 0.044715·u³, u + …, √(2/π)·(…)
    const [entering, ...others] = chain(same, same, number, same, number); // in the tanh; tanh, 1 + tanh, u times that, half of it
    return entering === undefined ? [] : [...within(inner, NAME, entering.bytes), ...others];
  },
  relu: ({ NF, widths: { product: p } }) => [made(NAME, NF * p)],
  silu: ({ NF, widths: { product: p } }) => [made(NAME, NF * p), made(NAME, NF * p)], // σ, u·σ
};
