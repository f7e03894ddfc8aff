/** What a pass holds from one operation to the next, as polynomials, and the fullest of its moments. */
import type { Component, Ledger } from '../../records/quantity.ts';
import { type ByComponent, plus, times } from './byComponent.ts';

/** One operation, or what goes when it is done. */
export interface Moment {
  /** Who has what it leaves. */
  readonly component: Component;
  /** What it makes and leaves, in bytes; below 0 what it frees. */
  readonly bytes: number;
  /** What is there beside that while it is at work, and no longer; and who runs it. */
  readonly passing: number;
  readonly by: Component;
  /** What its kernel takes for itself, as long. */
  readonly scratch: number;
}

/** Moments that follow one another, as often as they do. */
export interface Stretch {
  readonly moments: readonly Moment[];
  readonly times: number;
}

export const made = (component: Component, bytes: number, passing = 0, by = component, scratch = 0): Moment => ({
  component,
  bytes,
  passing,
  by,
  scratch,
});
export const freed = (component: Component, bytes: number): Moment => made(component, -bytes);
export const once = (moments: readonly Moment[]): Stretch => ({ moments, times: 1 });

/** What is left when `moments` are over. */
export function leftBy(moments: readonly Moment[]): ByComponent {
  const left: Partial<Record<Component, number>> = {};
  for (const { component, bytes } of moments) left[component] = (left[component] ?? 0) + bytes;
  return left;
}

/** What kernels take for themselves is seen by the ledger `requested` only. */
const scratchSeen = (ledger: Ledger): 0 | 1 => (ledger === 'requested' ? 1 : 0);

/**
 * The level at the fullest moment, the first of several, over what is there at the beginning, as `ledger` sees it. A stretch that comes several times leaves more
 * each time, or less: it is fullest the last time, or the first.
 */
export function fullest(stretches: readonly Stretch[], ledger: Ledger): ByComponent {
  const seen = scratchSeen(ledger);
  let level = 0;
  let most = 0;
  let place = { stretch: -1, before: 0, moment: 0 };
  for (const [stretch, { moments, times: count }] of stretches.entries()) {
    const start = level;
    for (let before = 0; before < count; before = before === 0 ? Math.max(1, count - 1) : count) {
      if (before > 0) level = start + (level - start) * before;
      const moment = fullestOf(moments, most - level, seen);
      if (moment >= 0) {
        most = level + heightAt(moments, moment, seen);
        place = { stretch, before, moment };
      }
      for (const { bytes } of moments) level += bytes;
    }
  }
  return place.stretch < 0 ? {} : partsAt(stretches, place, seen);
}

/** The fullest, if it is above `most` over what is there at the beginning; −1 if none is. */
function fullestOf(moments: readonly Moment[], most: number, seen: 0 | 1): number {
  let [level, highest, found] = [0, most, -1];
  for (let moment = 0; moment < moments.length; moment++) {
    const { bytes, passing, scratch } = moments[moment] as Moment;
    const full = level + Math.max(bytes, 0) + passing + seen * scratch;
    if (full > highest) {
      highest = full;
      found = moment;
    }
    level += bytes;
  }
  return found;
}

/** A moment of a stretch, and how often the stretch was over already. */
interface Place {
  readonly stretch: number;
  readonly before: number;
  readonly moment: number;
}

function heightAt(moments: readonly Moment[], moment: number, seen: 0 | 1): number {
  let height = 0;
  for (let earlier = 0; earlier < moment; earlier++) height += (moments[earlier] as Moment).bytes;
  const { bytes, passing, scratch } = moments[moment] as Moment;
  return height + Math.max(bytes, 0) + passing + seen * scratch;
}

function partsAt(stretches: readonly Stretch[], { stretch, before, moment }: Place, seen: 0 | 1): ByComponent {
  const { moments } = stretches[stretch] as Stretch;
  const { component, bytes, passing, by, scratch } = moments[moment] as Moment;
  return plus(
    ...stretches.slice(0, stretch).map((earlier) => times(earlier.times, leftBy(earlier.moments))),
    times(before, leftBy(moments)),
    leftBy(moments.slice(0, moment)),
    { [component]: Math.max(bytes, 0) },
    { [by]: passing },
    { scratch: seen * scratch },
  );
}
