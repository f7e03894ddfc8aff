/** A configuration's steps without TensorFlow: what each ledger would read, to the byte. */
import type { RunConfig } from '../config/schema.ts';
import { keepBooks } from '../ledgers/keepBooks.ts';
import type { MarkReading } from '../ledgers/ledger.ts';
import { RequestedCounter } from '../ledgers/requested.ts';
import { tensors } from '../ledgers/tensors.ts';
import type { TimelineEvent } from '../ledgers/timeline.ts';
import { waitForDevice } from '../measure/deviceSync.ts';
import { START, stepMark, WEIGHTS } from '../measure/marks.ts';
import { filled } from '../model/variables.ts';
import { castsFor } from '../runtime/sixteenBit.ts';
import { createTrainer } from '../training/trainer.ts';
import { kernelDevice } from './kernelDevice.ts';
import { RequestStory } from './requests.ts';
import { openShapeRuntime } from './runtime.ts';

/** The ledgers that need no allocator and no system. */
export type SimulatedLedger = 'tensors' | 'buffers' | 'requested';

export interface Simulation {
  /** By ledger, with the marks of a measured run. */
  readonly readings: ReadonlyMap<SimulatedLedger, readonly MarkReading[]>;
  /** Calls of TensorFlow's operations. */
  readonly operations: number;
}

export interface SimulationOptions {
  /** Steps from the first; bytes of a step are those of every later one from the second on. */
  readonly steps?: number;
  /** Gets every request and return. */
  readonly onEvent?: (event: TimelineEvent) => void;
}

/** Builds the model and runs its steps on shapes alone. One at a time in a process, and none where TensorFlow is loaded. */
export function simulate(config: RunConfig, { steps = 2, onEvent = () => {} }: SimulationOptions = {}): Simulation {
  const requested = new RequestedCounter();
  const story = new RequestStory((event) => {
    requested.event(event);
    onEvent(event);
  });
  const runtime = openShapeRuntime(story, kernelDevice(config.runtime));
  try {
    const books = keepBooks(runtime);
    story.listen(books);
    const tensorLedger = tensors.start(runtime, books);
    if ('reason' in tensorLedger) throw new Error(tensorLedger.reason);
    const mark = (name: string): void => {
      tensorLedger.mark(name);
      books.water.mark(name);
      story.mark(name);
    };
    if (runtime.device.kind === 'gpu') waitForDevice(runtime.tf); // as a measured run does
    mark(START);
    const trainer = createTrainer(runtime.tf, config, {
      createVariable: filled(runtime.tf),
      casts: castsFor(runtime, config.step.precision),
      onWeights: () => mark(WEIGHTS),
    });
    for (let step = 1; step <= steps; step++) trainer.step((name) => mark(stepMark(step, name)));
    return {
      readings: new Map([
        ['tensors', tensorLedger.stop() as readonly MarkReading[]],
        ['buffers', books.water.stop()],
        ['requested', requested.readings()],
      ]),
      operations: runtime.binding.operations,
    };
  } finally {
    runtime.close();
  }
}
