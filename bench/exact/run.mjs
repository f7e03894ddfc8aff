/**
 * Every reading of records beside what knows every byte: the shape engine and the allocator model, and the closed forms. How many are equal
 * to the byte, how many are another number by the order of regions alone, and each that is wrong. Ends with 1 where one is.
 * usage: node bench/exact/run.mjs RECORDS.jsonl …
 */
import { basename } from 'node:path';
import { compareRecords } from '../../dist/accuracy/compare.js';
import { allocatorModel } from '../../dist/estimators/exact/allocator-model.js';
import { shapeEngine } from '../../dist/estimators/exact/shape-engine.js';
import { tfjsClosedForm } from '../../dist/estimators/exact/tfjs-closed-form.js';
import { tfjsInferenceClosedForm } from '../../dist/estimators/exact/tfjs-inference-closed-form.js';
import { readRecords } from '../../dist/records/store.js';

/** A GPU's kernels take more than buffers, which the closed forms do not know. */
const onlyBuffersOfGpu = ({ ledger }, { environment }) => environment.device.kind === 'cpu' || ledger === 'buffers';

const WAYS = [
  { way: 'simulated', estimators: [shapeEngine, allocatorModel], knows: () => true },
  { way: 'closed form', estimators: [tfjsClosedForm, tfjsInferenceClosedForm], knows: onlyBuffersOfGpu },
];
const COUNTED = ['exact', 'address-order', 'over', 'under'];
const columns = (name, way, cells) =>
  name.padEnd(24) + way.padEnd(12) + cells.map((cell) => String(cell).padStart(14)).join('');
const sumOf = (counts) => COUNTED.reduce((sum, verdict) => sum + counts[verdict], 0);
const nothing = () => Object.fromEntries(COUNTED.map((verdict) => [verdict, 0]));

function countIn(records, { estimators, knows }) {
  const counts = nothing();
  for (const record of records) {
    for (const row of compareRecords([record], estimators)) {
      if (row.predictedBytes === null || row.measuredBytes === null || !knows(row, record)) continue;
      counts[row.verdict] += 1;
      if (row.verdict === 'over' || row.verdict === 'under')
        console.log(
          `${row.configId} ${row.quantity} ${row.ledger} ${row.component} ${row.estimator}: ${row.errorBytes}`,
        );
    }
  }
  return counts;
}

const totals = new Map(WAYS.map(({ way }) => [way, nothing()]));
console.log(columns('records', 'way', ['readings', ...COUNTED, 'CPU s']));
for (const file of process.argv.slice(2)) {
  const { records } = readRecords(file);
  for (const one of WAYS) {
    const start = process.cpuUsage();
    const counts = countIn(records, one);
    const { user, system } = process.cpuUsage(start);
    const total = totals.get(one.way);
    for (const verdict of COUNTED) total[verdict] += counts[verdict];
    const cells = [sumOf(counts), ...COUNTED.map((verdict) => counts[verdict]), ((user + system) / 1e6).toFixed(1)];
    console.log(columns(basename(file), one.way, cells));
  }
}
for (const [way, total] of totals)
  console.log(columns('all', way, [sumOf(total), ...COUNTED.map((verdict) => total[verdict]), '']));
process.exitCode = [...totals.values()].every(({ over, under }) => over + under === 0) ? 0 : 1;
