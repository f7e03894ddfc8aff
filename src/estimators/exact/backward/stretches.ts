/** Backward, moment by moment. */
import type { RunConfig } from '../../../config/schema.ts';
import { type ByComponent, plus, times } from '../byComponent.ts';
import { leaving } from '../forward/block.ts';
import type { Stretch } from '../moments.ts';
import { type Pass, passOf, stacksOf } from '../pass.ts';
import { headBackward } from './head.ts';
import type { Operations, Table } from './operations.ts';
import { stackBackward } from './stack.ts';
import { type Manner, Walk } from './walk.ts';

/** Over the tape. `elsewhere`: what else is on the tape and leads to no variable. */
export function backwardStretches(
  operations: Operations,
  config: RunConfig,
  elsewhere: ByComponent,
): readonly Stretch[] {
  const walk = new Walk(mannerOf(config));
  const pass = passOf(config);
  if (walk.frees) walk.make(...leaving(plus(elsewhere, leadingNowhere(operations, pass)), {}));
  goBack(operations, walk, config, pass);
  return walk.stretches;
}

/** Gradients go to the optimizer as they come in a freeing backward, and all together at the end of a retaining one. */
function mannerOf({ step }: RunConfig): Manner {
  const frees = step.backward === 'freeing';
  if (!frees) return { frees, variables: 'left' };
  return { frees, variables: step.microBatches > 1 ? 'added' : step.gradients === 'kept' ? 'replacing' : 'left' };
}

/** A freeing backward frees it before it begins. */
function leadingNowhere(operations: Operations, pass: Pass): ByComponent {
  const blocks = pass.recomputed === null ? pass.model.layers : 0;
  return plus(
    ...stacksOf(pass).map((stack) => {
      const { embedding, block } = operations.leadingNowhere(pass, stack);
      return plus(embedding, times(blocks, block));
    }),
  );
}

function goBack(operations: Operations, walk: Walk, config: RunConfig, pass: Pass): void {
  const { tiedEmbedding } = pass.model;
  const stacks = stacksOf(pass);
  const head = headBackward(operations, walk, pass, operations.loss(walk, pass, config));
  walk.endStretch();
  let table: Table['before'] = tiedEmbedding ? head.weight : null;
  let dy = head.input;
  for (const [index, stack] of stacks.toReversed().entries()) {
    const { stream, memory } = stackBackward(operations, walk, pass, stack, dy);
    const isLast = index === stacks.length - 1;
    table = operations.embedding(walk, pass, stream, { before: table, isWhole: isLast && table === null, isLast });
    walk.endStretch();
    dy = memory ?? dy;
  }
}
