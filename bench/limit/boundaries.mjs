/**
 * The smallest memory limit at which each configuration of a list really runs, to the MiB. Every probe is a record, so that started again it
 * measures only what is missing. A probe that does not fit costs ten seconds on a CPU: TensorFlow retries for so long before it gives up.
 * usage: node bench/limit/boundaries.mjs [FOLDER]      records in FOLDER/limit.jsonl, results/local/limit if nothing is said
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findBoundary } from '../../dist/campaign/boundary.js';
import { Clock } from '../../dist/campaign/clock.js';
import { measurer } from '../../dist/campaign/measureStage.js';
import { interruptible } from '../../dist/cli/interrupt.js';
import { describeConfig, story, tellProgress } from '../../dist/cli/progress.js';
import { loadSweep, resolveAll, sweepEntries } from '../../dist/cli/selection.js';
import { shapeEngine } from '../../dist/estimators/exact/shape-engine.js';
import { probeRuntime } from '../../dist/runner/environment.js';

const MINUTES = 60;
const OUT_OF_MEMORY_MS = 15_000;

const folder = process.argv[2] ?? join('results', 'local', 'limit');
const sweep = loadSweep(fileURLToPath(new URL('configurations.json', import.meta.url)));
const configs = resolveAll(sweepEntries(sweep), 'cpu');
const tell = story({ quiet: false, verbose: false });

await interruptible(async (abort) => {
  const facts = await probeRuntime('tensorflow', 'cpu', abort);
  const clock = new Clock(MINUTES);
  const measuring = { facts, folder, clock, abort, onEvent: tellProgress(tell), say: tell.say };
  const measure = measurer('limit', 1, OUT_OF_MEMORY_MS, measuring);
  for (const [index, config] of configs.entries()) {
    const place = { index, total: configs.length };
    const { fitsMiB, exhaustedMiB, failure } = await findBoundary(config, (limited) => measure(limited, place));
    const peak = shapeEngine.predict(config)['step-peak'];
    const requested = peak?.kind === 'bytes' ? `${(peak.total / 2 ** 20).toFixed(2)} MiB` : 'unknown';
    const found = failure ?? `runs at ${fitsMiB} MiB, out of memory at ${exhaustedMiB} MiB, requested ${requested}`;
    console.log(`${describeConfig(config)}: ${found}`);
  }
});
