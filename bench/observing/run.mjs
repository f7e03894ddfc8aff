/**
 * What observing costs: CPU time of a training step under each ledger, as a ratio to the same step with nothing observing it.
 * Every round runs each mode in a process of its own and pairs it with the round's `nothing`, so that a slow minute of the machine
 * hits both. Prints the median ratio over the rounds and its range.
 * usage: node bench/observing/run.mjs [ROUNDS=5] [STEPS=6]
 */
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { resolveConfig } from '../../dist/config/resolve.js';
import { childEnvironment, tensorflowVariables } from '../../dist/runtime/variables.js';

const MODES = ['nothing', 'buffers', 'requested', 'allocated', 'all', 'profile'];
const [, , rounds = '5', steps = '6'] = process.argv;
/** Mid-size: a step takes some hundred milliseconds, so that kernels do work and the log is not everything. */
const config = resolveConfig({
  model: { layers: 4, hiddenSize: 256, heads: 8, vocabularySize: 1000, tiedEmbedding: false },
  batch: { size: 4, sequenceLength: 128 },
});

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** Median CPU milliseconds of a step under `mode`. */
function measure(mode, folder) {
  const logged = mode === 'requested' || mode === 'all';
  const variables = tensorflowVariables(config.runtime, logged ? 'allocation-log' : 'none');
  // Giving freed memory back to the system is for the ledger `process`; alone, the log does without.
  if (mode === 'requested') delete variables.MALLOC_MMAP_THRESHOLD_;
  const log = openSync(join(folder, 'log'), 'w');
  const entry = fileURLToPath(new URL('./step.mjs', import.meta.url));
  const { stdout, status } = spawnSync(process.execPath, [entry, mode, JSON.stringify(config), steps], {
    env: childEnvironment(process.env, variables),
    stdio: ['ignore', 'pipe', log],
    encoding: 'utf8',
  });
  closeSync(log);
  if (status !== 0) throw new Error(`${mode}: ${readFileSync(join(folder, 'log'), 'utf8').slice(-2000)}`);
  return median(JSON.parse(stdout));
}

const folder = mkdtempSync(join(tmpdir(), 'memproof-bench-'));
try {
  const ratios = Object.fromEntries(MODES.map((mode) => [mode, []]));
  const baselineMs = [];
  for (let round = 0; round < Number(rounds); round++) {
    const cpuMs = Object.fromEntries(MODES.map((mode) => [mode, measure(mode, folder)]));
    baselineMs.push(cpuMs.nothing);
    for (const mode of MODES) ratios[mode].push(cpuMs[mode] / cpuMs.nothing);
  }
  console.log(`CPU time of a step, ${rounds} rounds of ${steps} steps; nothing = ${median(baselineMs).toFixed(0)} ms`);
  for (const mode of MODES.slice(1)) {
    const [low, high] = [Math.min(...ratios[mode]), Math.max(...ratios[mode])];
    console.log(`${mode.padEnd(10)} ${median(ratios[mode]).toFixed(2)}   (${low.toFixed(2)} – ${high.toFixed(2)})`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
