/** In which order formulas are shown, wherever they are. */
import type { ScoreboardRow } from '../accuracy/score.ts';

/** By the median size of their errors, which do not cancel there, then by the worst, then by how often they were compared. */
export function nearestFirst(a: ScoreboardRow, b: ScoreboardRow): number {
  const size = ({ medianAbsoluteErrorRatio }: ScoreboardRow) => medianAbsoluteErrorRatio ?? Number.MAX_VALUE;
  const worst = ({ worstErrorRatio }: ScoreboardRow) => Math.abs(worstErrorRatio ?? Number.MAX_VALUE);
  return size(a) - size(b) || worst(a) - worst(b) || b.count - a.count; // stable: equals stay in the order of the alphabet
}
