/** Backward through blocks that are run again: they have a tape of their own, and of it and all their gradients only what leaves is left. */
import { type ByComponent, plus, times } from '../byComponent.ts';
import { blockForward, leaving } from '../forward/block.ts';
import { leftBy, type Moment } from '../moments.ts';
import { blockVariableSizes } from '../parameterCount.ts';
import { type Pass, type Stack, streamBetween } from '../pass.ts';
import { type AtBlock, blockBackward, type GoneWithBlock } from './block.ts';
import { type Gradient, ofVariable, own, type Part } from './gradient.ts';
import type { Operations } from './operations.ts';
import type { Walk } from './walk.ts';

/** Of operations around the parts of a model: the step differentiates its loss (src/training/step.ts). */
const AROUND = 'loss';

/** Of `count` blocks. */
export function segmentBackward(
  operations: Operations,
  walk: Walk,
  pass: Pass,
  stack: Stack,
  count: number,
  { stream: dy, memory: before }: AtBlock,
  gone: GoneWithBlock,
): AtBlock {
  const again = forwardAgain(operations, { ...pass, recomputed: null }, stack, count);
  const run = (): Part[] => {
    walk.make(...again);
    if (walk.frees) walk.make(...leaving(times(count, operations.leadingNowhere(pass, stack).block), {}));
    let inner: AtBlock = { stream: dy, memory: null };
    for (let block = count - 1; block >= 0; block--) {
      const entering = block === 0 ? {} : streamBetween(pass); // the first one's is an input, which is kept
      inner = blockBackward(operations, walk, pass, stack, inner, { entering, memory: {} });
    }
    const entered = [given(inner.stream, null), ...(inner.memory === null ? [] : [given(inner.memory, before)])];
    const sizes = Array.from({ length: count }, () => blockVariableSizes(pass.model, stack.cross)).flat();
    return [...entered, ...sizes.map((size) => ofVariable(size))];
  };
  const [stream, memory] = walk.again({ by: AROUND, dys: [dy], gone: plus(gone.entering, gone.memory) }, run);
  return { stream: stream as Gradient, memory: stack.cross ? (memory as Gradient) : null };
}

const given = ({ component, elements, width }: Gradient, before: Gradient | null): Part =>
  own(component, [elements, width], [], before);

/** With a tape: when it is over that is left, and what comes out. */
function forwardAgain(operations: Operations, pass: Pass, stack: Stack, count: number): readonly Moment[] {
  const block = blockForward(operations.forward, pass, stack);
  const blocks = Array.from({ length: count }, () => block).flat();
  const left: ByComponent = plus(times(count, operations.tape(pass, stack)), operations.segmentValue(pass));
  return [...blocks, ...leaving(leftBy(blocks), left)];
}
