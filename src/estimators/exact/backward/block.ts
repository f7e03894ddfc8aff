/** Backward through one block. */
import type { ByComponent } from '../byComponent.ts';
import { type Pass, type Stack, streamBetween } from '../pass.ts';
import { crossAttentionBackward, selfAttentionBackward } from './attention.ts';
import { feedForwardBackward } from './feedForward.ts';
import type { Gradient } from './gradient.ts';
import type { Input, Operations } from './operations.ts';
import type { Walk } from './walk.ts';

/** What a block is given in backward, and what it gives. */
export interface AtBlock {
  /** Of the stream: what comes out of the block, and then what enters it. */
  readonly stream: Gradient;
  /** Of the encoder's output, so far. */
  readonly memory: Gradient | null;
}

/** What goes with a block that nobody before it keeps. */
export interface GoneWithBlock {
  /** The stream that enters it. */
  readonly entering: ByComponent;
  /** The encoder's output. */
  readonly memory: ByComponent;
}

export function blockBackward(
  operations: Operations,
  walk: Walk,
  pass: Pass,
  { masked, cross }: Stack,
  { stream: dy, memory: before }: AtBlock,
  gone: GoneWithBlock,
): AtBlock {
  const inner = streamBetween(pass);
  let memory = before;
  let stream = part(operations, walk, pass, 'feed-forward', dy, inner, (given, input) =>
    feedForwardBackward(operations, walk, pass, given, input),
  );
  if (cross)
    stream = part(operations, walk, pass, 'attention', stream, inner, (given, input) => {
      const looked = { before: memory, gone: gone.memory };
      const both = crossAttentionBackward(operations, walk, pass, given, input, looked);
      memory = both.memory;
      return both.input;
    });
  stream = part(operations, walk, pass, 'attention', stream, gone.entering, (given, input) =>
    selfAttentionBackward(operations, walk, pass, masked, given, input),
  );
  return { stream, memory };
}

/** One part with its norm and its sum. `entering`: the stream. */
function part(
  operations: Operations,
  walk: Walk,
  pass: Pass,
  name: 'attention' | 'feed-forward',
  dy: Gradient,
  entering: ByComponent,
  own: (given: Gradient, input: Input) => Gradient,
): Gradient {
  const { pre, NH, widths } = pass;
  if (pre) {
    const { past, part: given } = operations.residual(walk, pass, dy, name, {});
    const normed = own(given, { before: null, gone: { normalization: NH * widths.stream } });
    return operations.normalization(walk, pass, normed, { before: past, gone: entering });
  }
  const sum = operations.normalization(walk, pass, dy, { before: null, gone: { residual: NH * widths.stream } });
  // A product that makes a copy does not keep the stream; the sum that follows may.
  const { past, part: given } = operations.residual(walk, pass, sum, name, widths.copiesOperands ? entering : {});
  return own(given, { before: past, gone: widths.copiesOperands ? {} : entering });
}
