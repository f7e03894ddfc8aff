/** Names for the stretches of a step that are the same at every depth: "the second block, the first time in backward". */
import type { RunConfig } from '../config/schema.ts';
import { isCut, type Stretch } from './layerCuts.ts';

/** Where in its stack a block stands. */
export type Position = 'first' | 'second' | 'last but one' | 'last';

export interface PlacedStretch extends Stretch {
  /** The mark of the step that ends the phase it is in. */
  readonly phaseEnd: string;
  /** Null before the first block and where there is none. Encoder and decoder number their blocks through. */
  readonly stack: number | null;
  /** In a shallow stack a block may be two of these; one in the middle of a deep one is none. */
  readonly positions: readonly Position[];
  /** What is done, whichever block does it. */
  readonly work: string;
  /** The work and who does it: the same wherever the step does the same in another depth. One for each position. */
  readonly names: readonly string[];
}

export function placed(stretches: readonly Stretch[], { layers }: RunConfig['model']): PlacedStretch[] {
  const seen = new Map<string, number>();
  let anchor: number | null = null; // the block that the step was in last
  let phaseStart = true;
  return stretches.map((stretch, index) => {
    const phaseEnd = stretches.slice(index).find(({ mark }) => !isCut(mark))?.mark ?? stretch.mark;
    if (phaseStart) anchor = null;
    phaseStart = !isCut(stretch.mark);
    const isAfter = stretch.layer === null;
    anchor = stretch.layer ?? anchor;
    const where = `${phaseEnd}, ${isAfter ? 'after' : 'in'}`;
    const occurrence = (seen.get(`${where} ${anchor}`) ?? 0) + 1;
    seen.set(`${where} ${anchor}`, occurrence);
    const stack = anchor === null ? null : Math.floor(anchor / layers);
    const positions = anchor === null ? [] : positionsOf(anchor % layers, layers);
    const work = `${where} stack ${stack}, ${occurrence}`;
    const names = anchor === null ? [work] : positions.map((position) => nameOf(work, position));
    return { ...stretch, phaseEnd, stack, positions, work, names };
  });
}

export const nameOf = (work: string, position: Position): string => `${work}, the ${position} block`;

function positionsOf(block: number, layers: number): Position[] {
  const all: readonly (readonly [Position, number])[] = [
    ['first', 0],
    ['second', 1],
    ['last but one', layers - 2],
    ['last', layers - 1],
  ];
  return all.filter(([, at]) => at === block).map(([position]) => position);
}
