/**
 * Every reading of records that the shape engine and the allocator model can be compared with, all of them: how many are equal to the byte,
 * how many are another number by the order of regions alone, and each that is wrong. Ends with 1 where one is.
 * usage: node bench/exact/run.mjs RECORDS.jsonl …
 */
import { basename } from 'node:path';
import { compareRecords } from '../../dist/accuracy/compare.js';
import { allocatorModel } from '../../dist/estimators/exact/allocator-model.js';
import { shapeEngine } from '../../dist/estimators/exact/shape-engine.js';
import { readRecords } from '../../dist/records/store.js';

const COUNTED = ['exact', 'address-order', 'over', 'under'];
const columns = (name, cells) => name.padEnd(28) + cells.map((cell) => String(cell).padStart(15)).join('');

let wrong = 0;
console.log(columns('records', ['readings', ...COUNTED, 'CPU s']));
for (const file of process.argv.slice(2)) {
  const start = process.cpuUsage();
  const counts = Object.fromEntries(COUNTED.map((verdict) => [verdict, 0]));
  for (const record of readRecords(file).records) {
    for (const row of compareRecords([record], [shapeEngine, allocatorModel])) {
      if (row.predictedBytes === null || row.measuredBytes === null) continue;
      counts[row.verdict] += 1;
      if (row.verdict === 'over' || row.verdict === 'under')
        console.log(
          `${row.configId} ${row.quantity} ${row.ledger} ${row.component} ${row.estimator}: ${row.errorBytes}`,
        );
    }
  }
  const { user, system } = process.cpuUsage(start);
  const each = COUNTED.map((verdict) => counts[verdict]);
  wrong += counts.over + counts.under;
  const readings = each.reduce((sum, count) => sum + count, 0);
  console.log(columns(basename(file), [readings, ...each, ((user + system) / 1e6).toFixed(1)]));
}
process.exitCode = wrong === 0 ? 0 : 1;
