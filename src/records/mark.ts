/** The marks of a training step, between which everything is measured: what they are called, in which order, and what runs between them. */
import type { Phase } from './quantity.ts';

/**
 * m0 inputs ready, before forward · m1 forward's scope has ended · m2 all gradients computed · m3 update done, gradients (unless they are
 * kept) and loss disposed. With several micro-batches m1 and m2 are the last one's, and those before it have m1.1, m2.1, m1.2, …
 */
export type Mark = 'm0' | 'm1' | 'm2' | 'm3' | `m1.${number}` | `m2.${number}`;

/** Every mark of a step, in order. */
export function stepMarks(microBatches: number): Mark[] {
  const earlier = Array.from({ length: microBatches - 1 }, (_, index) => index + 1);
  return ['m0', ...earlier.flatMap((part): Mark[] => [`m1.${part}`, `m2.${part}`]), 'm1', 'm2', 'm3'];
}

/** What runs after a mark; null between steps. */
export function phaseAfter(mark: Mark): Phase | null {
  if (mark === 'm3') return null;
  if (mark === 'm2') return 'optimizer';
  return mark.startsWith('m1') ? 'backward' : 'forward';
}
