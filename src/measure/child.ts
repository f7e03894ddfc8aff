/** Entry of the measuring process: one job in by IPC, its answers out, then exit. Started by `runner/child.ts` only. */
import { writeFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { fail, MemproofError, toMemproofError } from '../errors.ts';
import type { Books } from '../ledgers/books.ts';
import { contextConfiguration } from '../runtime/contextConfiguration.ts';
import { loadRuntime } from '../runtime/load.ts';
import type { Answer, Job } from './job.ts';
import { phaseAfter } from './marks.ts';
import { outOfMemory } from './outOfMemory.ts';
import { measureMemory, measureTime, requireDevice } from './run.ts';

/** Resolves when the message is on its way: disconnecting before would lose it. */
const answer = (message: Answer): Promise<void> =>
  new Promise((resolve) => process.send?.(message, undefined, undefined, () => resolve()));

let books: Books | null = null;
let lastMark: string | undefined;
const onMark = (mark: string): void => {
  lastMark = mark;
};

const onBooks = (kept: Books): void => {
  books = kept;
};

async function work(job: Job): Promise<void> {
  const startMs = performance.now();
  const { backend, device } = job.kind === 'probe' ? job : job.config.runtime;
  const configuration = job.kind === 'probe' ? null : contextConfiguration(job.config.runtime);
  const runtime = loadRuntime(backend, { device, configuration });
  const { tf: _tf, native: _native, statistics: _statistics, ...facts } = runtime;
  await answer({ kind: 'loaded', facts: { ...facts, loadMs: performance.now() - startMs } });
  if (job.kind === 'probe') return;
  requireDevice(runtime, job.config.runtime.device);
  if (job.kind === 'time') {
    await answer({ kind: 'time', stepTimesMs: await measureTime(runtime, job.config, job.repeats, onMark) });
  } else {
    await answer({ kind: 'memory', ...(await measureMemory(runtime, job.config, job.repeats, onMark, onBooks)) });
  }
}

function explain(error: unknown): Answer {
  const phase = phaseAfter(lastMark);
  const exhausted = outOfMemory(error, books?.failedCall ?? null);
  if (exhausted !== null) return { kind: 'out-of-memory', ...exhausted, phase };
  if (error instanceof MemproofError) return { kind: 'error', error: error.toJSON() };
  const detail = error instanceof Error ? error.message : String(error);
  return { kind: 'error', error: fail('E_STEP_FAILED', { phase, detail }).toJSON() };
}

/** Should memory run out, the kernel ends this process rather than the sweep or the user's editor. */
function volunteerForOutOfMemory(): void {
  try {
    writeFileSync('/proc/self/oom_score_adj', '1000');
  } catch {
    // not Linux, or not allowed: the kernel decides by itself
  }
}

function start(): void {
  const parentPid = Number(process.argv[2]);
  if (process.send === undefined || Number.isNaN(parentPid)) throw toMemproofError('started without a sweep');
  volunteerForOutOfMemory();
  new Worker(new URL('./orphanWatch.js', import.meta.url), { workerData: { parentPid } }).unref();
  process.once('message', (job: Job) => {
    work(job)
      .catch((error: unknown) => answer(explain(error)))
      .finally(() => process.disconnect());
  });
}

start();
