/**
 * The smallest memory limit at which a configuration really runs, to the MiB, found by running out of memory below it; and how far each
 * formula's step peak is from it. TensorFlow's BFC allocator on the CPU, with TF_CPU_BFC_MEM_LIMIT_IN_MB as the limit.
 * Every run that does not fit costs ten seconds: TensorFlow retries for so long before it gives up.
 * usage: node bench/limit/run.mjs [KEY=VALUE…]      as in `memproof run --set`
 */
import { findBoundary } from '../../dist/campaign/boundary.js';
import { resolveConfig } from '../../dist/config/resolve.js';
import { parseAssignments } from '../../dist/config/set.js';
import { ESTIMATORS } from '../../dist/estimators/index.js';
import { outOfMemoryInLog } from '../../dist/measure/outOfMemory.js';
import { runChild } from '../../dist/runner/child.js';
import { childEnvironment, tensorflowVariables } from '../../dist/runtime/variables.js';

const MIB = 2 ** 20;
const base = {
  model: { layers: 2, hiddenSize: 64, heads: 4, vocabularySize: 200, tiedEmbedding: false },
  batch: { size: 8, sequenceLength: 32 },
};
const [assigned = {}] = parseAssignments(process.argv.slice(2));
const config = resolveConfig({
  ...base,
  ...assigned,
  model: { ...base.model, ...assigned.model },
  batch: { ...base.batch, ...assigned.batch },
});

/** Three steps under the limit of `limited`, with nothing observing them. */
async function measure(limited) {
  const lines = [];
  const end = await runChild(
    { kind: 'time', config: limited, repeats: 1 },
    {
      environment: childEnvironment(process.env, tensorflowVariables(limited.runtime, 'none')),
      timeoutMs: 0,
      abort: new AbortController().signal,
      onStderrLine: (line) => lines.push(line),
    },
  );
  const answer = end.answers.at(-1);
  if (answer?.kind === 'time') return { outcome: 'measured' };
  if (answer?.kind === 'out-of-memory' || outOfMemoryInLog(lines) !== null) return { outcome: 'out-of-memory' };
  return { outcome: 'failed', error: { message: JSON.stringify(answer ?? end) } };
}

const { fitsMiB, exhaustedMiB, failure } = await findBoundary(config, measure);
if (failure !== null) throw new Error(failure);
console.log(`runs at ${fitsMiB} MiB, out of memory at ${exhaustedMiB} MiB`);
for (const estimator of ESTIMATORS) {
  const prediction = estimator.predict(config)['step-peak'];
  if (prediction?.kind !== 'bytes') continue;
  const mebibytes = prediction.total / MIB;
  const error = ((100 * (mebibytes - fitsMiB)) / fitsMiB).toFixed(1);
  console.log(`${estimator.id.padEnd(24)} ${mebibytes.toFixed(2).padStart(9)} MiB  ${error.padStart(7)} %`);
}
