/**
 * One pass over a file of records: `read` parses and checks them, `check` judges them with every formula set as `memproof check` does.
 * Prints the CPU time and the largest resident memory of this process. Used by run.mjs.
 */
import { judgeAccuracy } from '../../dist/accuracy/judge.js';
import { ESTIMATORS } from '../../dist/estimators/index.js';
import { streamRecords } from '../../dist/records/store.js';

const [, , pass, file] = process.argv;
const refuse = (warning) => {
  throw new Error(warning);
};
const before = process.cpuUsage();
const { records, accuracy } = judgeAccuracy([streamRecords(file, refuse)], pass === 'check' ? ESTIMATORS : []);
const { user, system } = process.cpuUsage(before);
const totals = accuracy.reduce((sum, row) => sum + row.count, 0);
const peakBytes = process.resourceUsage().maxRSS * 1024;
process.stdout.write(JSON.stringify({ records: records.length, totals, cpuMs: (user + system) / 1000, peakBytes }));
