/** A configuration's steps without TensorFlow: what each ledger would read, to the byte. */
import type { RunConfig } from '../config/schema.ts';
import type { BooksListener } from '../ledgers/books.ts';
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
import { LayerCuts, type Stretch } from './layerCuts.ts';
import { RequestStory } from './requests.ts';
import { openShapeRuntime } from './runtime.ts';

/** The ledgers that need no allocator and no system. */
export type SimulatedLedger = 'tensors' | 'buffers' | 'requested';

export interface Simulation {
  /** By ledger, with the marks of a measured run. */
  readonly readings: ReadonlyMap<SimulatedLedger, readonly MarkReading[]>;
  /** Calls of TensorFlow's operations. */
  readonly operations: number;
  /** Of the last step, if it was to be cut. */
  readonly stretches: readonly Stretch[];
}

export interface SimulationOptions {
  /** Steps from the first; bytes of a step are those of every later one from the second on. */
  readonly steps?: number;
  /** Gets every request and return. */
  readonly onEvent?: (event: TimelineEvent) => void;
  /** The last step is marked wherever it comes to another block, too. */
  readonly cutsLastStep?: boolean;
}

/** Builds the model and runs its steps on shapes alone. One at a time in a process, and none where TensorFlow is loaded. */
export function simulate(
  config: RunConfig,
  { steps = 2, onEvent = () => {}, cutsLastStep = false }: SimulationOptions = {},
): Simulation {
  const requested = new RequestedCounter();
  const story = new RequestStory((event) => {
    requested.event(event);
    if (event.kind === 'freed') cuts.freed(event.allocation);
    onEvent(event);
  });
  const cuts: LayerCuts = new LayerCuts(
    story,
    (name) => mark(name),
    () => runtime.binding.operations,
  );
  const runtime = openShapeRuntime(cuts, kernelDevice(config.runtime));
  const mark = (name: string): void => {
    for (const ledger of marked) ledger.mark(name);
  };
  const marked: { mark(name: string): void }[] = [];
  try {
    const books = keepBooks(runtime);
    story.listen(books);
    const tensorLedger = tensors.start(runtime, books);
    if ('reason' in tensorLedger) throw new Error(tensorLedger.reason);
    marked.push(tensorLedger, books.water, story);
    if (cutsLastStep) books.listeners.push({ ...NOTHING_HEARD, moved: (buffer) => cuts.moved(buffer) });
    if (runtime.device.kind === 'gpu') waitForDevice(runtime.tf); // as a measured run does
    mark(START);
    const trainer = createTrainer(runtime.tf, config, {
      createVariable: filled(runtime.tf),
      casts: castsFor(runtime, config.step.precision),
      onWeights: () => mark(WEIGHTS),
    });
    for (let step = 1; step <= steps; step++) {
      if (cutsLastStep && step === steps) cuts.begin();
      trainer.step((name) => cuts.end(stepMark(step, name)));
    }
    return {
      readings: new Map([
        ['tensors', tensorLedger.stop() as readonly MarkReading[]],
        ['buffers', books.water.stop()],
        ['requested', requested.readings()],
      ]),
      operations: runtime.binding.operations,
      stretches: cuts.stretches,
    };
  } finally {
    runtime.close();
  }
}

const NOTHING_HEARD: BooksListener = { uploaded() {}, executed() {}, moved() {}, held() {} };
