#!/usr/bin/env node
/**
 * Measures the sweeps `techniques`, `distillation`, `shards` and `inference`, keeps their records as evidence and writes docs/techniques.md from them.
 * With `--page` nothing is measured: the page is written from the records that are there.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ONE_DEVICE } from '../dist/estimators/deployment.js';
import { findEstimator } from '../dist/estimators/index.js';
import { formulas } from './techniques/formulas.mjs';
import { page } from './techniques/page.mjs';

const inRepository = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const SWEEPS = ['techniques', 'distillation', 'shards', 'inference'];
const evidenceOf = (sweep) => inRepository(`results/baselines/cpu/${sweep}.jsonl`);

function measure(sweep) {
  const folder = inRepository(`results/local/${sweep}`);
  const program = [
    inRepository('scripts/memproof.mjs'),
    'run',
    sweep,
    '--device',
    'cpu',
    '--repeats',
    '1',
    '-o',
    folder,
  ];
  const { status } = spawnSync(process.execPath, program, { stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) process.exit(status ?? 1);
  copyFileSync(`${folder}/records.jsonl`, evidenceOf(sweep));
}

if (!process.argv.includes('--page')) for (const sweep of SWEEPS) measure(sweep);
const stores = Object.fromEntries(SWEEPS.map((sweep) => [sweep, readFileSync(evidenceOf(sweep), 'utf8')]));
writeFileSync(inRepository('docs/techniques.md'), page(stores, formulas(findEstimator, ONE_DEVICE)));
process.stderr.write('memproof: wrote docs/techniques.md\n');
