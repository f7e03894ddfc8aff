/** Median errors for a dashboard over commits: the input of github-action-benchmark with `tool: customSmallerIsBetter`. */
import { rowText } from '../accuracy/baseline/row.ts';
import type { AccuracyRow } from '../accuracy/score.ts';
import { errorText } from './scoreboard.ts';

/** An entry as that action's extract.ts reads it. */
interface BenchmarkEntry {
  readonly name: string;
  readonly unit: string;
  readonly value: number;
  /** The action reads a number after `±`. */
  readonly range: string;
  readonly extra: string;
}

const percent = (ratio: number): number => ratio * 100;

/** One entry per row: the median absolute error in percent, ± half of what lies between smallest and largest error. Rows without a ratio have no number to draw. */
export function githubBenchmark(accuracy: readonly AccuracyRow[]): BenchmarkEntry[] {
  return accuracy.flatMap((row): BenchmarkEntry[] => {
    const { medianAbsoluteErrorRatio, minErrorRatio, maxErrorRatio, worstErrorRatio } = row;
    if (medianAbsoluteErrorRatio === null || minErrorRatio === null || maxErrorRatio === null) return [];
    return [
      {
        name: rowText(row),
        unit: '%',
        value: percent(medianAbsoluteErrorRatio),
        range: `± ${percent((maxErrorRatio - minErrorRatio) / 2).toFixed(2)}`,
        extra: `worst ${errorText(worstErrorRatio)}; ${row.exactCount} exact, ${row.underCount} under of ${row.count} configurations`,
      },
    ];
  });
}
