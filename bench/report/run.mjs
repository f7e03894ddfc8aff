/**
 * What a page costs: its size, and the CPU time to write it, of a tenth of the records and of all: ten times as many should take about
 * ten times as long, and the page should stay small enough to be sent. Each pass is a process of its own.
 * usage: node bench/report/run.mjs [RECORDS=1000]
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeVariants } from '../variants.mjs';

const [, , count = '1000'] = process.argv;
const folder = mkdtempSync(join(tmpdir(), 'memproof-bench-'));
const megabytes = (bytes) => `${(bytes / 1e6).toFixed(2)} MB`;
const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;
try {
  for (const records of [Math.ceil(Number(count) / 10), Number(count)]) {
    const [file, page] = [join(folder, `${records}.jsonl`), join(folder, `${records}.html`)];
    writeVariants(file, records);
    const entry = fileURLToPath(new URL('./pass.mjs', import.meta.url));
    const { stdout, stderr, status } = spawnSync(process.execPath, [entry, file, page], { encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
    const { judgingMs, pageMs, peakBytes } = JSON.parse(stdout);
    console.log(
      `${records} records, ${megabytes(statSync(file).size)}: a page of ${megabytes(statSync(page).size)}; ${seconds(judgingMs)} of CPU to judge, ${seconds(pageMs)} to write it, ${(peakBytes / 1e6).toFixed(0)} MB resident at most`,
    );
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
