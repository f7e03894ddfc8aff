/** One configuration in one process: build, warm up, measure. Nothing is allocated before the model. */
import { setImmediate } from 'node:timers/promises';
import type { RunConfig } from '../config/schema.ts';
import { fail } from '../errors.ts';
import type { Books } from '../ledgers/books.ts';
import { LEDGER_SOURCES } from '../ledgers/index.ts';
import { keepBooks } from '../ledgers/keepBooks.ts';
import type { LedgerSource, MarkReading, RunningLedger, Unavailable } from '../ledgers/ledger.ts';
import { POOL_WITNESS, poolWitness } from '../ledgers/poolWitness.ts';
import { filled } from '../model/variables.ts';
import type { LoadedRuntime } from '../runtime/load.ts';
import { castsFor } from '../runtime/sixteenBit.ts';
import { createSteps } from '../training/steps.ts';
import { waitForDevice } from './deviceSync.ts';
import { type Counted, GPU_TIMING_WARM_UP_STEPS, WARM_UP_STEPS } from './job.ts';
import { START, stepMark, WEIGHTS } from './marks.ts';

interface Course {
  readonly warmUpSteps: number;
  /** Measured steps. */
  readonly repeats: number;
  mark(name: string): void;
  /** After each step, within its time. */
  settle(): void;
  /** Gets the wall time of each step after warm-up. */
  stepDone(elapsedMs: number): void;
}

async function runSteps(runtime: LoadedRuntime, config: RunConfig, course: Course): Promise<void> {
  const { warmUpSteps, repeats, mark, settle, stepDone } = course;
  mark(START);
  const { tf } = runtime;
  const trainer = createSteps(tf, config, {
    createVariable: filled(tf),
    casts: castsFor(runtime, config.step.precision),
    onWeights: () => mark(WEIGHTS),
  });
  for (let step = 1; step <= warmUpSteps + repeats; step++) {
    const startMs = performance.now();
    trainer.step((name) => mark(stepMark(step, name)));
    settle();
    if (step > warmUpSteps) stepDone(performance.now() - startMs);
    await setImmediate(); // a step blocks the event loop; between steps the process can be spoken to
  }
}

/** Bytes: every ledger runs, times mean nothing. `onMark` is told where the run is, `onBooks` gets the books. */
export async function measureMemory(
  runtime: LoadedRuntime,
  config: RunConfig,
  repeats: number,
  onMark: (mark: string) => void,
  onBooks: (books: Books) => void,
): Promise<Counted> {
  const books = keepBooks(runtime);
  onBooks(books);
  const started = LEDGER_SOURCES.map((source) => ({ source, ledger: source.start(runtime, books) }));
  const running = started.filter(
    (entry): entry is { source: LedgerSource; ledger: RunningLedger } => 'mark' in entry.ledger,
  );
  const witness = poolWitness(config.runtime);
  const mark = (name: string): void => {
    onMark(name);
    for (const { ledger } of running) ledger.mark(name);
    if (witness !== null && 'mark' in witness) witness.mark(name);
  };
  // With its first operation TensorFlow takes memory for the device itself, which is in no log (gpu_device.cc, InitScratchBuffers).
  if (runtime.device.kind === 'gpu') waitForDevice(runtime.tf);
  await runSteps(runtime, config, { warmUpSteps: WARM_UP_STEPS, repeats, mark, settle() {}, stepDone() {} });
  return {
    ledgers: started.map(({ source, ledger }) => ({ ledger: source.id, ...endOf(ledger) })),
    witnesses: witness === null ? [] : [{ witness: POOL_WITNESS, ...endOf(witness) }],
  };
}

function endOf(ledger: RunningLedger | Unavailable): { readonly marks: readonly MarkReading[] } | Unavailable {
  const end = 'mark' in ledger ? ledger.stop() : ledger;
  return 'reason' in end ? { reason: end.reason } : { marks: end };
}

/** Milliseconds of each measured step, with nothing observing it. */
export async function measureTime(
  runtime: LoadedRuntime,
  config: RunConfig,
  repeats: number,
  onMark: (mark: string) => void,
): Promise<number[]> {
  const stepTimesMs: number[] = [];
  const stepDone = (elapsedMs: number): void => void stepTimesMs.push(elapsedMs);
  const onGpu = runtime.device.kind === 'gpu';
  await runSteps(runtime, config, {
    warmUpSteps: onGpu ? GPU_TIMING_WARM_UP_STEPS : WARM_UP_STEPS,
    repeats,
    mark: onMark,
    settle: () => onGpu && waitForDevice(runtime.tf), // a step would be over before the GPU has begun
    stepDone,
  });
  return stepTimesMs;
}

/** Asked for one device and got another: never a silent run on the wrong one. */
export function requireDevice(runtime: Pick<LoadedRuntime, 'device'>, wanted: RunConfig['runtime']['device']): void {
  if (runtime.device.kind !== wanted) throw fail('E_DEVICE_NOT_USED', { wanted, used: runtime.device.kind });
}
