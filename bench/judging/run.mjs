/**
 * What judging costs: CPU time and memory of `memproof check` over ten thousand records, beside what reading them alone costs.
 * The records have the shape of the committed ones, with other vocabularies and other bytes; each pass is a process of its own.
 * usage: node bench/judging/run.mjs [RECORDS=10000]
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeVariants } from '../variants.mjs';

const [, , count = '10000'] = process.argv;
function measure(pass, file) {
  const entry = fileURLToPath(new URL('./pass.mjs', import.meta.url));
  const { stdout, stderr, status } = spawnSync(process.execPath, [entry, pass, file], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${pass}: ${stderr}`);
  return JSON.parse(stdout);
}

const folder = mkdtempSync(join(tmpdir(), 'memproof-bench-'));
try {
  const file = join(folder, 'records.jsonl');
  writeVariants(file, Number(count));
  const read = measure('read', file);
  const check = measure('check', file);
  const judgingMs = check.cpuMs - read.cpuMs;
  const megabytes = (bytes) => `${(bytes / 1e6).toFixed(0)} MB`;
  const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;
  console.log(`${check.records} records, ${megabytes(statSync(file).size)}, ${check.totals} compared totals`);
  console.log(
    `reading (JSON, schema, ids)  ${seconds(read.cpuMs)} of CPU, ${megabytes(read.peakBytes)} resident at most`,
  );
  console.log(
    `judging                      ${seconds(judgingMs)} of CPU, ${(judgingMs / read.cpuMs).toFixed(2)} of reading`,
  );
  console.log(
    `both, as check does          ${seconds(check.cpuMs)} of CPU, ${megabytes(check.peakBytes)} resident at most`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
