/** The marks of a step, between which everything is measured: what they are called, in which order, and what runs between them. */
import type { RunConfig } from '../config/schema.ts';
import type { Phase } from './quantity.ts';

/**
 * Training: m0 inputs ready, before forward · m1 forward's scope has ended · m2 all gradients computed · m3 update done, gradients (unless
 * they are kept) and loss disposed. With several micro-batches m1 and m2 are the last one's, and those before it have m1.1, m2.1, m1.2, …
 *
 * Inference: i0 inputs ready · i1 the prompt is read, or everything where there is no cache · i2 with a cache: every token is read, and in
 * the cache · i3 nothing is left of it.
 */
export type Mark = 'm0' | 'm1' | 'm2' | 'm3' | `m1.${number}` | `m2.${number}` | 'i0' | 'i1' | 'i2' | 'i3';

/** What of a step decides its marks. */
export type MarkedStep = Pick<RunConfig['step'], 'kind' | 'keyValueCache' | 'microBatches'>;

/** Every mark of a step, in order. */
export function stepMarks({ kind, keyValueCache, microBatches }: MarkedStep): Mark[] {
  if (kind === 'inference') return keyValueCache === 'none' ? ['i0', 'i1', 'i3'] : ['i0', 'i1', 'i2', 'i3'];
  const earlier = Array.from({ length: microBatches - 1 }, (_, index) => index + 1);
  return ['m0', ...earlier.flatMap((part): Mark[] => [`m1.${part}`, `m2.${part}`]), 'm1', 'm2', 'm3'];
}

/** What runs after a mark; null after the last of a step, and of a generation. */
export function phaseAfter(mark: Mark): Phase | null {
  switch (mark) {
    case 'i0':
      return 'prefill';
    case 'i1':
      return 'decode';
    case 'm2':
      return 'optimizer';
    case 'm3':
    case 'i2':
    case 'i3':
      return null;
    default:
      return mark.startsWith('m1') ? 'backward' : 'forward';
  }
}

/** The phase between a mark and the next of its step; null where only what is left is given back. */
export const phaseBetween = (mark: Mark, next: Mark | undefined): Phase | null =>
  next === undefined || next === 'i3' ? null : phaseAfter(mark);
