/**
 * What it costs to know the bytes of a step without running it: CPU time and memory of the shape engine, of the closed form and of the
 * allocator model, beside JavaScript's arithmetic and PyTorch's own tools on FakeTensors. Every line is a process of its own; the ratios
 * are to the shape engine's prediction of the same model.
 * usage: node bench/shapes/run.mjs [--python PYTHON_WITH_TORCH] [--models gpt2-small,gpt2-xl,…]
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { PRESETS } from '../../dist/config/presets.js';
import { mergeConfigs, resolveConfig } from '../../dist/config/resolve.js';
import { MODELS } from './models.mjs';

const text = { type: 'string' };
const { values } = parseArgs({ options: { python: text, models: text } });
const chosen = values.models?.split(',') ?? Object.keys(MODELS);
const file = (name) => fileURLToPath(new URL(name, import.meta.url));

function run(program, args) {
  const env = { ...process.env, CUDA_VISIBLE_DEVICES: '', OMP_NUM_THREADS: '1' };
  const { stdout, stderr, status } = spawnSync(program, args, { encoding: 'utf8', env });
  if (status !== 0) throw new Error(`${args.join(' ')}: ${stderr.slice(-500)}`);
  return JSON.parse(stdout);
}

const pass = (way, model) => run(process.execPath, [file('./pass.mjs'), way, model]);

function peer(tool, model) {
  const { preset, ...own } = MODELS[model];
  const { model: m, batch } = resolveConfig(mergeConfigs(preset === undefined ? {} : PRESETS[preset], own));
  const sizes = [
    m.layers,
    m.hiddenSize,
    m.heads,
    m.feedForwardSize,
    m.vocabularySize,
    batch.size,
    batch.sequenceLength,
  ];
  return run(values.python, [file('./peer.py'), tool, ...sizes.map(String)]);
}

/** The peers' model is a GPT. */
const PEERED = new Set(['gpt2-small', 'gpt2-xl', 'gpt3-175b']);
const seconds = (ms) => (ms === null ? '-' : (ms / 1000).toFixed(3)).padStart(8);
console.log(
  `${'model'.padEnd(12)}${'way'.padEnd(18)}  import    cold    warm   × cold   resident  bytes of the step's peak`,
);
for (const model of chosen) {
  const ways =
    model === 'quickstart'
      ? ['shapes', 'closed form', 'javascript']
      : ['shapes', 'closed form', 'full depth', 'allocator'];
  const lines = ways.map((way) => [way, pass(way, model)]);
  if (values.python !== undefined && PEERED.has(model)) {
    for (const tool of model === 'gpt3-175b' ? ['counter'] : ['counter', 'memtracker']) {
      lines.push([`torch ${tool}`, peer(tool, model)]);
    }
  }
  const [[, reference]] = lines;
  for (const [way, { importMs, coldMs, warmMs, peakBytes, bytes }] of lines) {
    const times = coldMs / reference.coldMs;
    const ratio = (times < 1 ? times.toPrecision(2) : times.toFixed(1)).padStart(8);
    const resident = `${(peakBytes / 2 ** 20).toFixed(0)} MiB`.padStart(10);
    const spent = [importMs, coldMs, warmMs].map(seconds).join('');
    console.log(`${model.padEnd(12)}${way.padEnd(18)}${spent} ${ratio} ${resident}  ${bytes}`);
  }
}
