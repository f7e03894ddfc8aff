/** Backward through an activation: what its gradients make before that of its input u is whole. */
import type { RunConfig } from '../../../../config/schema.ts';
import { elementwise, wide } from '../../kernels.ts';
import { freed, type Moment, made } from '../../moments.ts';
import type { Pass } from '../../pass.ts';
import { BOOL, WIDE } from '../../widths.ts';

type Activation = RunConfig['model']['activation'];

const NAME = 'feed-forward';

export const activationBackward = (pass: Pass): Moment[] => BACKWARDS[pass.model.activation](pass);

const BACKWARDS: Readonly<Record<Activation, (pass: Pass) => Moment[]>> = {
  gelu(pass) {
    const [u, same, sum] = sizesOf(pass);
    const { NF } = pass;
    return [
      same, // of u/2
      same, // of 1 + erf
      wide(NAME, u, NF), // Erf's gradient computes at once the square of what it is of,
      made(NAME, NF * WIDE), // negated,
      made(NAME, NF * WIDE), // its exponential,
      made(NAME, NF * WIDE, WIDE), // and that times 2/√π
      elementwise(NAME, u, [NF, WIDE]), // of u/√2
      elementwise(NAME, u, NUMBER), // of u through it
      elementwise(NAME, u, NUMBER), // of u through u/2
      ...sum,
    ];
  },
  'gelu-tanh'(pass) {
    const [u, same, sum] = sizesOf(pass);
    const { NF } = pass;
    const { bytes, passing } = elementwise(NAME, u, [NF, WIDE]);
    return [
      same, // of u/2
      same, // of 1 + tanh
      wide(NAME, u, NF), // Tanh's gradient: the square of its output,
      made(NAME, WIDE + NF * WIDE), // 1, and 1 less that,
      made(NAME, bytes, passing), // times dy
      freed(NAME, NF * WIDE + WIDE + NF * WIDE),
      elementwise(NAME, u, NUMBER), // of u through u/2
      elementwise(NAME, u, NUMBER), // of u + …
      ...sum, // with that of u in it
      elementwise(NAME, u, NUMBER), // of u³
      same, // of u²
      elementwise(NAME, u, [NF, WIDE]), // of u, through u² · u
      ...sum,
      elementwise(NAME, u, NUMBER), // 2u,
      same, // times dy: of u through its square
      freed(NAME, bytes),
      ...sum,
    ];
  },
  relu(pass) {
    const [u, same] = sizesOf(pass);
    const { NF } = pass;
    // tfjs-node's Step (kernels/Step.ts): whether u is a number, and above 0; ones and zeros, chosen from by the one, and u where it is none.
    const chosen = elementwise(NAME, u, [NF, WIDE]);
    const compared = 2 * NF * BOOL + WIDE + 3 * NF * WIDE;
    return [
      { ...chosen, passing: chosen.passing + compared }, // 1 where u is above 0,
      same, // times dy
      freed(NAME, same.bytes),
    ];
  },
  silu(pass) {
    const [u, same, sum] = sizesOf(pass);
    return [
      same, // of u
      same, // of the sigmoid
      made(NAME, WIDE), // 1,
      elementwise(NAME, u, NUMBER), // less its output,
      same, // times that,
      same, // times dy
      freed(NAME, WIDE + 2 * same.bytes),
      ...sum,
    ];
  },
};

const NUMBER = [1, WIDE] as const;

/** u, something like it, and a sum of two gradients of it, the first of which goes. */
function sizesOf({ NF, widths: { product: p } }: Pass): [u: readonly [number, number], same: Moment, sum: Moment[]] {
  const same = made(NAME, NF * p);
  return [[NF, p], same, [same, freed(NAME, NF * p)]];
}
