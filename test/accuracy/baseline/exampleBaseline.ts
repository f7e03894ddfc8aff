/** Accuracy files by hand, from comparison rows. */
import { type AccuracyFile, type AccuracyMeta, toAccuracyFile } from '../../../src/accuracy/baseline/accuracyFile.ts';
import { baselineRows } from '../../../src/accuracy/baseline/row.ts';
import type { ComparisonRow } from '../../../src/accuracy/compare.ts';
import { tallied } from '../../../src/accuracy/tally.ts';

export const exampleAccuracyFile = (rows: readonly ComparisonRow[], more: Partial<AccuracyMeta> = {}): AccuracyFile =>
  toAccuracyFile(baselineRows(tallied(rows)), {
    environment: { device: 'cpu', deviceName: null, tensorflow: '2.18.1' },
    sweep: 'example',
    configurations: rows.length,
    ...more,
  });
