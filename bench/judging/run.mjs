/**
 * What judging costs: CPU time and memory of `memproof check` over ten thousand records, beside what reading them alone costs.
 * The records have the shape of the committed ones, with other vocabularies and other bytes; each pass is a process of its own.
 * usage: node bench/judging/run.mjs [RECORDS=10000]
 */
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { configId } from '../../dist/config/configId.js';

const [, , count = '10000'] = process.argv;
const committed = new URL('../../results/baselines/cpu/quickstart.jsonl', import.meta.url);
const templates = readFileSync(committed, 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line));

/** The `index`-th record: a template whose model has more tokens, and whose bytes are a whole multiple, so that they still add up. */
function variant(index) {
  const record = structuredClone(templates[index % templates.length]);
  const round = Math.floor(index / templates.length);
  record.configuration.model.vocabularySize += round;
  record.configId = configId(record.configuration);
  const factor = 1 + (round % 97);
  for (const reading of record.readings) {
    reading.bytes *= factor;
    for (const part of reading.components ?? []) part.bytes *= factor;
  }
  for (const row of record.reconciliation) row.bytes *= factor;
  return record;
}

function measure(pass, file) {
  const entry = fileURLToPath(new URL('./pass.mjs', import.meta.url));
  const { stdout, stderr, status } = spawnSync(process.execPath, [entry, pass, file], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${pass}: ${stderr}`);
  return JSON.parse(stdout);
}

const folder = mkdtempSync(join(tmpdir(), 'memproof-bench-'));
try {
  const file = join(folder, 'records.jsonl');
  const descriptor = openSync(file, 'w');
  for (let index = 0; index < Number(count); index++) writeSync(descriptor, `${JSON.stringify(variant(index))}\n`);
  closeSync(descriptor);
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
