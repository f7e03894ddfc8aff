/** What one block more adds at each place of a step: told by the blocks of one model, and held against another that has one less. */
import { type Amounts, areEqual, minus, NOTHING, plus } from './amounts.ts';
import { nameOf, type Position } from './places.ts';
import type { Place, Row } from './row.ts';

/** At a place: until its end, and from there on. */
export interface AddedPerLayer {
  readonly within: Amounts;
  readonly atEnd: Amounts;
}

/** `more` has four blocks in each stack and `less` three. Null where the one is not the other with one block more in the middle of each stack. */
export function addedPerLayer(less: Row, more: Row): ReadonlyMap<Place, AddedPerLayer> | null {
  if (less.byName.size !== more.byName.size || !middleIsUniform(more)) return null;
  const [firstOfLess, firstOfMore] = [less.places[0], more.places[0]];
  if (firstOfLess === undefined || firstOfMore === undefined) return null;
  const perLayer = new Map<Place, AddedPerLayer>();
  /** Of what was there before the step and is not yet released. */
  const atStart = minus(firstOfMore.start, firstOfLess.start);
  let outside = atStart;
  /** What either block in the middle of a stack has added so far. */
  const added = new Map<number, Record<Middle, Amounts>>();
  for (const place of more.places) {
    // It is the other one that is not there in `less`.
    const other = otherThan(place);
    const inStacks = [...added].map(([stack, of]) => of[stack === place.stack ? other : 'last but one']);
    const within = inStacks.reduce((sum, amount) => plus(sum, amount), outside);
    const middle = place.positions.find(isMiddle);
    const released = middle === undefined ? releasedAtEnd(less, place, within) : NOTHING;
    if (!isAllOfAComponent(released, minus(within, atStart))) return null;
    const atEnd = plus(within, released);
    if (!place.names.every((name) => isLessBy({ within, atEnd }, less.byName.get(name), place))) return null;
    perLayer.set(place, { within, atEnd });
    outside = plus(outside, released);
    if (place.stack === null || middle === undefined) continue;
    const own = added.get(place.stack) ?? { second: NOTHING, 'last but one': NOTHING };
    added.set(place.stack, { ...own, [middle]: plus(own[middle], minus(place.end, place.start)) });
  }
  return perLayer;
}

type Middle = 'second' | 'last but one';
const isMiddle = (position: Position): position is Middle => position === 'second' || position === 'last but one';
/** Of four blocks a place is in one in the middle at most; this is another one. */
const otherThan = ({ positions }: Place): Middle => (positions.includes('last but one') ? 'second' : 'last but one');

/** A place outside of the blocks may release what each of them has left: the tape at the end of a backward, all gradients at that of a step. */
function releasedAtEnd(less: Row, { names, end }: Place, within: Amounts): Amounts {
  const before = less.byName.get(names[0] ?? '');
  return before === undefined ? NOTHING : minus(minus(end, before.end), within);
}

/** What is released is all that the step had added of a component, or nothing of it. The ledger without components cannot say. */
const isAllOfAComponent = ({ components: released }: Amounts, { components: added }: Amounts): boolean =>
  Object.entries(released ?? {}).every(
    ([part, bytes]) => bytes === 0 || bytes === -(added?.[part as keyof typeof added] ?? 0),
  );

function isLessBy({ within, atEnd }: AddedPerLayer, less: Place | undefined, more: Place): boolean {
  if (less === undefined || less.operations !== more.operations) return false;
  const adds = { start: within, peak: within, end: atEnd };
  return (['start', 'peak', 'end'] as const).every((when) => areEqual(minus(more[when], less[when]), adds[when]));
}

/** Both blocks in the middle do the same work, with as much memory over what was there before. */
function middleIsUniform({ places, byName }: Row): boolean {
  const middle = places.filter(({ positions }) => positions.some(isMiddle));
  return middle.every((place) => {
    const { work, operations, start, end, peak } = place;
    const twin = byName.get(nameOf(work, otherThan(place)));
    if (twin === undefined || twin.operations !== operations) return false;
    return (
      areEqual(minus(end, start), minus(twin.end, twin.start)) &&
      areEqual(minus(peak, start), minus(twin.peak, twin.start))
    );
  });
}
