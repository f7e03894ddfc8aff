/**
 * A retaining backward over the tape of tfjs's operations. Nothing is freed until its end: every gradient of an activation stays, and of two
 * gradients of one tensor the second and the sum.
 *
 * A buffer counts under the component whose operation is differentiated; a sum under the component whose gradient completed it; the whole
 * gradient of a variable under `gradients`.
 */
import type { RunConfig } from '../../../../config/schema.ts';
import type { Ledger } from '../../../../records/quantity.ts';
import type { ByComponent } from '../../byComponent.ts';
import { fullest, type Moment, once, type Stretch } from '../../moments.ts';
import { WIDE } from '../../widths.ts';
import type { Stack } from '../block.ts';
import { type Pass, passOf } from '../pass.ts';
import { blockBackward } from './block.ts';
import { embeddingBackward } from './embedding.ts';
import type { Part } from './gradient.ts';
import { headBackward, lossBackward } from './loss.ts';
import { normalizationBackward } from './normalization.ts';
import { segmentBackward } from './segment.ts';

/** What it holds over the tape where it is fullest. */
export const retainingBackward = (config: RunConfig, ledger: Ledger): ByComponent =>
  fullest(stretchesOf(config, passOf(config, ledger)));

function stretchesOf(config: RunConfig, pass: Pass): Stretch[] {
  const { architecture, tiedEmbedding } = config.model;
  const isNarrow = pass.widths.product < WIDE; // then its part of a tied gradient is widened, as a variable's
  const head = tiedEmbedding ? (isNarrow ? 'gradients' : 'head') : null;
  const start = once([...lossBackward(pass, config), ...headBackward(pass)]);
  if (architecture !== 'encoder-decoder')
    return [
      start,
      ...stackBackward(pass, { masked: architecture === 'decoder', cross: false }),
      once(embeddingBackward(pass, head, !tiedEmbedding)),
    ];
  return [
    start,
    ...stackBackward(pass, { masked: true, cross: true }),
    once(embeddingBackward(pass, head, false)),
    ...stackBackward(pass, { masked: false, cross: false }),
    once(embeddingBackward(pass, tiedEmbedding ? 'gradients' : 'embedding', false)),
  ];
}

/** The closing norm, and the blocks, or the segments of them that are run again, from the last to the first. */
function stackBackward(pass: Pass, stack: Stack): Stretch[] {
  const closing: readonly Moment[] = pass.pre ? normalizationBackward(pass, null).moments : [];
  const lengths = pass.recomputed ?? Array.from({ length: pass.model.layers }, () => 1);
  const [first = 1] = lengths;
  const through = (length: number, memory: Part | null) =>
    pass.recomputed === null ? blockBackward(pass, stack, memory) : segmentBackward(pass, stack, length, memory);
  const last = through(lengths.at(-1) ?? 1, null); // may be shorter
  if (last.memory === null && lengths.at(-1) === first)
    return [once(closing), { moments: last.moments, times: lengths.length }];
  const others = through(first, last.memory);
  const again = through(first, others.memory); // from the third on a sum gives way to another
  return [
    once([...closing, ...last.moments]),
    { moments: others.moments, times: Math.min(1, lengths.length - 1) },
    { moments: again.moments, times: Math.max(0, lengths.length - 2) },
  ];
}
