/** Backward through an activation of tfjs's operations, to the gradient of its input u. */
import type { RunConfig } from '../../../../config/schema.ts';
import { type Gradient, own, type Part, view } from '../../backward/gradient.ts';
import type { Walk } from '../../backward/walk.ts';
import { elementwise, type Operand, wide } from '../../kernels.ts';
import { freed, type Moment, made } from '../../moments.ts';
import type { Pass } from '../../pass.ts';
import { BOOL, WIDE } from '../../widths.ts';

type Activation = RunConfig['model']['activation'];

const NAME = 'feed-forward';

export const activationBackward = (walk: Walk, pass: Pass, dy: Gradient): Gradient =>
  BACKWARDS[pass.model.activation](new Steps(walk, pass), dy);

const BACKWARDS: Readonly<Record<Activation, (steps: Steps, dy: Gradient) => Gradient>> = {
  gelu(steps, dy) {
    const { NF, u, same, number } = steps;
    const [half, above] = steps.back(dy, [same, same], 2 * steps.bytes); // of u/2 and of 1 + erf, which go
    const [erf] = steps.back(above, [steps.view(above)], steps.bytes + WIDE); // erf and 1 go
    const atOnce = [
      wide(NAME, u, NF), // Erf's gradient computes at once the square of what it is of,
      made(NAME, NF * WIDE), // negated,
      made(NAME, NF * WIDE), // its exponential,
      made(NAME, NF * WIDE, WIDE), // and that times 2/√π
    ];
    const [scaled] = steps.back(erf, [steps.like([elementwise(NAME, u, [NF, WIDE])])], steps.bytes, atOnce); // u/√2 goes
    const [through] = steps.back(scaled, [number], WIDE); // of u through it
    return steps.back(half, [steps.like(number.moments, through)], steps.bytes + WIDE)[0]; // of u through u/2; u goes
  },
  'gelu-tanh'(steps, dy) {
    const { NF, u, same, number } = steps;
    const [half, above] = steps.back(dy, [same, same], 2 * steps.bytes); // of u/2 and of 1 + tanh, which go
    const [tanh] = steps.back(above, [steps.view(above)], WIDE); // 1 goes
    const { bytes, passing } = elementwise(NAME, u, [NF, WIDE]);
    const slope = [
      wide(NAME, u, NF), // Tanh's gradient: the square of its output,
      made(NAME, WIDE + NF * WIDE), // 1, and 1 less that,
      made(NAME, bytes, passing), // times dy
      freed(NAME, NF * WIDE + WIDE + NF * WIDE),
    ];
    const [scaled] = steps.back(tanh, [steps.like(slope)], steps.bytes); // tanh goes
    const [direct] = steps.back(half, [number], WIDE); // of u through u/2
    const [sum] = steps.back(scaled, [number], steps.bytes + WIDE); // of u + …, which goes
    const [through, cubic] = steps.back(sum, [steps.view(sum, direct), steps.view(sum)], steps.bytes); // with that of u in it
    const [cube] = steps.back(cubic, [number], steps.bytes + WIDE); // of u³, which goes
    const [square, beside] = steps.back(
      cube,
      [same, steps.like([elementwise(NAME, u, [NF, WIDE])], through)], // of u², and of u through u² · u
      NF * WIDE, // u²
    );
    const twice = [elementwise(NAME, u, NUMBER), ...same.moments, freed(NAME, bytes)]; // 2u, times dy: of u through its square
    return steps.back(square, [steps.like(twice, beside)], steps.bytes)[0]; // u goes
  },
  relu(steps, dy) {
    const { NF, u, same, bytes } = steps;
    // tfjs-node's Step (kernels/Step.ts): whether u is a number, and above 0; ones and zeros, chosen from by the one, and u where it is none.
    const chosen = elementwise(NAME, u, [NF, WIDE]);
    const compared = 2 * NF * BOOL + WIDE + 3 * NF * WIDE;
    const step = { ...chosen, passing: chosen.passing + compared }; // 1 where u is above 0,
    return steps.back(dy, [steps.like([step, ...same.moments, freed(NAME, bytes)])], bytes)[0]; // times dy; u goes
  },
  silu(steps, dy) {
    const { u, same, bytes } = steps;
    const [direct, sigmoid] = steps.back(dy, [same, same], bytes); // of u, which goes, and of the sigmoid
    const slope = [
      made(NAME, WIDE), // 1,
      elementwise(NAME, u, NUMBER), // less its output,
      ...same.moments, // times that,
      ...same.moments, // times dy
      freed(NAME, WIDE + 2 * bytes),
    ];
    return steps.back(sigmoid, [steps.like(slope, direct)], bytes)[0]; // the sigmoid goes
  },
};

const NUMBER = [1, WIDE] as const;

/** Nodes between tensors like u. */
class Steps {
  readonly NF: number;
  readonly bytes: number;
  readonly u: Operand;
  /** Something like u, and u with a number. */
  readonly same: Part;
  readonly number: Part;
  private readonly walk: Walk;
  private readonly host: 0 | 1;

  constructor(walk: Walk, { NF, widths: { product: p }, host }: Pass) {
    this.walk = walk;
    this.host = host;
    this.NF = NF;
    this.bytes = NF * p;
    this.u = [NF, p];
    this.same = this.like([made(NAME, NF * p)]);
    this.number = this.like([elementwise(NAME, this.u, NUMBER)]);
  }

  like(moments: readonly Moment[], before: Gradient | null = null): Part {
    return own(NAME, this.u, moments, before);
  }

  view(gradient: Gradient, before: Gradient | null = null): Part {
    return view(NAME, gradient, this.host, { before });
  }

  /** `gone`: bytes. */
  back<const Parts extends readonly Part[]>(dy: Gradient, parts: Parts, gone: number, atOnce: readonly Moment[] = []) {
    return this.walk.node({ by: NAME, dys: [dy], parts, gone: { [NAME]: gone }, atOnce });
  }
}
