#!/usr/bin/env node
/** Measures the sweep `techniques`, keeps its records as evidence and writes docs/techniques.md from them. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { page } from './techniques/page.mjs';

const inRepository = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const measured = inRepository('results/local/techniques');
const evidence = inRepository('results/baselines/cpu/techniques.jsonl');

const program = [
  inRepository('scripts/memproof.mjs'),
  'run',
  'techniques',
  '--device',
  'cpu',
  '--repeats',
  '1',
  '-o',
  measured,
];
const { status } = spawnSync(process.execPath, program, { stdio: ['ignore', 'ignore', 'inherit'] });
if (status !== 0) process.exit(status ?? 1);
copyFileSync(`${measured}/records.jsonl`, evidence);
writeFileSync(inRepository('docs/techniques.md'), page(readFileSync(evidence, 'utf8')));
process.stderr.write('memproof: wrote docs/techniques.md and results/baselines/cpu/techniques.jsonl\n');
