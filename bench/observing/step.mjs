/**
 * One process of the bench: runs training steps under one way of observing and prints the CPU time of each step after warm-up.
 * usage: step.mjs MODE CONFIGURATION STEPS   (started by run.mjs, which sets TensorFlow's variables)
 */

import { LEDGER_SOURCES } from '../../dist/ledgers/index.js';
import { keepBooks } from '../../dist/ledgers/keepBooks.js';
import { filled } from '../../dist/model/variables.js';
import { loadRuntime } from '../../dist/runtime/load.js';
import { createTrainer } from '../../dist/training/trainer.js';

const WARM_UP_STEPS = 2;
/** Which ledgers run in each mode; `profile` is `tf.profile`, for comparison. */
export const MODES = {
  nothing: [],
  buffers: ['buffers'],
  requested: ['requested'],
  allocated: ['allocated'],
  all: ['tensors', 'buffers', 'requested', 'allocated', 'process'],
  profile: [],
};

const [, , mode, configuration, steps] = process.argv;
const config = JSON.parse(configuration);
const runtime = loadRuntime('tensorflow');
const { tf } = runtime;

const wanted = MODES[mode];
const books = wanted.length > 0 ? keepBooks(runtime) : null;
const ledgers = LEDGER_SOURCES.filter(({ id }) => wanted.includes(id)).map((source) => source.start(runtime, books));
for (const ledger of ledgers) if ('reason' in ledger) throw new Error(ledger.reason);
const mark = (name) => ledgers.forEach((ledger) => void ledger.mark(name));

const trainer = createTrainer(tf, config, { createVariable: filled(tf) });
const step = () => trainer.step(mark);
const cpuMs = [];
for (let n = 0; n < WARM_UP_STEPS + Number(steps); n++) {
  const before = process.cpuUsage();
  if (mode === 'profile') await tf.profile(step);
  else step();
  const { user, system } = process.cpuUsage(before);
  if (n >= WARM_UP_STEPS) cpuMs.push((user + system) / 1000);
}
console.log(JSON.stringify(cpuMs));
