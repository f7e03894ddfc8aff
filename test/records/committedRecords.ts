/** The committed records of a sweep, read as a user's command reads them. */
import { fileURLToPath } from 'node:url';
import { isOwn } from '../../src/records/judged.ts';
import type { MeasurementRecord } from '../../src/records/measurement.ts';
import { readRecords } from '../../src/records/store.ts';

/** `name`: of `results/baselines/cpu/<name>.jsonl`. */
export const committedRecords = (name: string): MeasurementRecord[] =>
  readRecords(fileURLToPath(new URL(`../../results/baselines/cpu/${name}.jsonl`, import.meta.url))).records.filter(
    isOwn,
  );
