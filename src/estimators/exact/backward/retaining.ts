/**
 * A retaining backward. Nothing of the tape is freed until its end, and of two gradients of one tensor the second and the sum stay.
 *
 * A buffer counts under the component whose operation is differentiated; a sum under the component whose gradient completed it; the whole
 * gradient of a variable under `gradients`.
 */
import type { RunConfig } from '../../../config/schema.ts';
import type { Component, Ledger } from '../../../records/quantity.ts';
import type { ByComponent } from '../byComponent.ts';
import { fullest, once, type Stretch } from '../moments.ts';
import { type Pass, passOf, type Stack } from '../pass.ts';
import { blockBackward } from './block.ts';
import type { Part } from './gradient.ts';
import { headBackward } from './head.ts';
import type { Operations } from './operations.ts';
import { segmentBackward } from './segment.ts';

/** What it holds over the tape where it is fullest. */
export const retainingBackward = (operations: Operations, config: RunConfig, ledger: Ledger): ByComponent =>
  fullest(stretchesOf(operations, config, passOf(config, ledger)));

function stretchesOf(operations: Operations, config: RunConfig, pass: Pass): Stretch[] {
  const { architecture, tiedEmbedding } = config.model;
  const head = tiedEmbedding ? operations.tiedPart(pass) : null;
  const embedding = (before: Component | null, isWhole: boolean) => once(operations.embedding(pass, before, isWhole));
  const start = once([...operations.loss(pass, config), ...headBackward(operations, pass)]);
  if (architecture !== 'encoder-decoder')
    return [
      start,
      ...stackBackward(operations, pass, { masked: architecture === 'decoder', cross: false }),
      embedding(head, !tiedEmbedding),
    ];
  return [
    start,
    ...stackBackward(operations, pass, { masked: true, cross: true }),
    embedding(head, false),
    ...stackBackward(operations, pass, { masked: false, cross: false }),
    embedding(tiedEmbedding ? 'gradients' : operations.oneOfTwo, false),
  ];
}

/** The closing norm, and the blocks, or the segments of them that are run again, from the last to the first. */
function stackBackward(operations: Operations, pass: Pass, stack: Stack): Stretch[] {
  const closing = once(pass.pre ? operations.normalization(pass, null).moments : []);
  const lengths = pass.recomputed ?? Array.from({ length: pass.model.layers }, () => 1);
  const [first = 1] = lengths;
  const through = (length: number, memory: Part | null) =>
    pass.recomputed === null
      ? blockBackward(operations, pass, stack, memory)
      : segmentBackward(operations, pass, stack, length, memory);
  const last = through(lengths.at(-1) ?? 1, null); // may be shorter
  if (!stack.cross && lengths.at(-1) === first) return [closing, { moments: last.moments, times: lengths.length }];
  const others = through(first, last.memory);
  const again = through(first, others.memory); // from the third on a sum gives way to another
  return [
    closing,
    once(last.moments),
    { moments: others.moments, times: Math.min(1, lengths.length - 1) },
    { moments: again.moments, times: Math.max(0, lengths.length - 2) },
  ];
}
