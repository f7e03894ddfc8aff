/** Names for the stretches of a step that are the same at every depth: "the second block, the first time in backward". */
import type { RunConfig } from '../config/schema.ts';
import { isCut, type Stretch } from './layerCuts.ts';

/** Where in its stack a block stands. A shallow stack's may be two of these; what is between all of them has no name. */
type Position = 'first' | 'second' | 'last but one' | 'last';

export interface PlacedStretch extends Stretch {
  /** The mark of the step that ends the phase it is in. */
  readonly phaseEnd: string;
  /** The same wherever the step does the same in another depth; empty of blocks in the middle. */
  readonly names: readonly string[];
  /** Of a block in the middle: its number within the stack, and what the same stretch of other blocks is called. */
  readonly middle: { readonly block: number; nameOf(position: Position): string } | null;
}

/** Encoder and decoder number their blocks through. */
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
    if (anchor === null) return { ...stretch, phaseEnd, names: [`${where} nothing, ${occurrence}`], middle: null };
    const [stack, block] = [Math.floor(anchor / layers), anchor % layers];
    const nameOf = (position: Position): string => `${where} the ${position} block of stack ${stack}, ${occurrence}`;
    const names = positionsOf(block, layers).map(nameOf);
    return { ...stretch, phaseEnd, names, middle: names.length > 0 ? null : { block, nameOf } };
  });
}

function positionsOf(block: number, layers: number): Position[] {
  const all: readonly (readonly [Position, number])[] = [
    ['first', 0],
    ['second', 1],
    ['last but one', layers - 2],
    ['last', layers - 1],
  ];
  return all.filter(([, at]) => at === block).map(([position]) => position);
}
