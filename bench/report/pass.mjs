/** Judges a file of records and writes its page. Prints what each took of CPU time, and the largest resident memory. Used by run.mjs. */
import { writeFileSync } from 'node:fs';
import { judge } from '../../dist/accuracy/judge.js';
import { ESTIMATORS } from '../../dist/estimators/index.js';
import { readRecords } from '../../dist/records/store.js';
import { htmlReport } from '../../dist/report/html/page.js';

const [, , file, page] = process.argv;
const cpuMs = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};
const start = cpuMs();
const judgement = judge(readRecords(file).records, ESTIMATORS);
const judged = cpuMs();
writeFileSync(page, await htmlReport({ judgement, command: null, timelines: [] }));
const peakBytes = process.resourceUsage().maxRSS * 1024;
process.stdout.write(JSON.stringify({ judgingMs: judged - start, pageMs: cpuMs() - judged, peakBytes }));
