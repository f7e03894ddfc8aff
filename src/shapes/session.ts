/** A model on shapes, step after step, with every ledger that needs no allocator and no system. */
import { isDeepStrictEqual } from 'node:util';
import type { RunConfig } from '../config/schema.ts';
import type { Books, BooksListener } from '../ledgers/books.ts';
import { keepBooks } from '../ledgers/keepBooks.ts';
import type { MarkReading } from '../ledgers/ledger.ts';
import { RequestedCounter } from '../ledgers/requested.ts';
import { tensors } from '../ledgers/tensors.ts';
import type { TimelineEvent } from '../ledgers/timeline.ts';
import { stepMark } from '../measure/marks.ts';
import { beginRun } from './beginRun.ts';
import { kernelDevice } from './kernelDevice.ts';
import { LayerCuts, type Stretch } from './layerCuts.ts';
import { RequestStory } from './requests.ts';
import { openShapeRuntime, type ShapeRuntime } from './runtime.ts';

export type SimulatedLedger = 'tensors' | 'buffers' | 'requested';

/** By ledger, with the marks of a measured run. */
export type SimulatedReadings = ReadonlyMap<SimulatedLedger, readonly MarkReading[]>;

export interface Session {
  /** Runs the next step; cut, every stretch of it is marked, too, and `stretches` are those of this step. */
  step(options?: { readonly cut?: boolean }): void;
  /** Did the last step leave everything as it found it, by every ledger? */
  leftAllAsItWas(): boolean;
  /**
   * Makes what a first step would leave, without forward and backward: the state of the optimizer, and uploads of what waits. What of it no
   * operation uses afterwards, a first step would not have made.
   */
  prepare(): void;
  usedAllThatWasPrepared(): boolean;
  readonly readings: SimulatedReadings;
  readonly stretches: readonly Stretch[];
  /** Steps that were run. */
  readonly steps: number;
  /** Calls of TensorFlow's operations. */
  readonly operations: number;
}

/** Builds the model, hands it to `use`, and takes everything away. One at a time in a process. `onEvent` gets every request and return. */
export function withSession<T>(
  config: RunConfig,
  use: (session: Session) => T,
  onEvent: (event: TimelineEvent) => void = () => {},
): T {
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
    books.listeners.push({ ...NOTHING_HEARD, moved: (buffer) => cuts.moved(buffer) });
    const trainer = beginRun(runtime, config, mark);
    const readings: SimulatedReadings = new Map([
      ['tensors', tensorLedger.stop() as readonly MarkReading[]],
      ['buffers', books.water.stop()],
      ['requested', requested.readings()],
    ]);
    let steps = 0;
    return use({
      step({ cut = false } = {}) {
        steps += 1;
        mark(`before ${steps}`);
        cuts.begin(cut);
        trainer.step((name) => cuts.end(stepMark(steps, name)));
        mark(`after ${steps}`);
      },
      leftAllAsItWas: () => [...readings.values()].every(isLevel(steps)),
      prepare() {
        const { lastHandle } = runtime.binding;
        trainer.prepare();
        uploadWaiting(runtime, books);
        runtime.binding.watchSince(lastHandle);
      },
      usedAllThatWasPrepared: () => runtime.binding.untouched.size === 0,
      get steps() {
        return steps;
      },
      get operations() {
        return runtime.binding.operations;
      },
      readings,
      stretches: cuts.stretches,
    });
  } finally {
    runtime.close();
  }
}

/** Has every component in every block as much at the end of that step as at the beginning? */
const isLevel =
  (step: number) =>
  (readings: readonly MarkReading[]): boolean => {
    const at = (name: string): MarkReading | undefined => readings.findLast(({ mark }) => mark === `${name} ${step}`);
    const [before, after] = [at('before'), at('after')];
    if (before?.levelBytes !== after?.levelBytes) return false;
    return isDeepStrictEqual(before?.level.components, after?.level.components);
  };

/** tfjs uploads an array with the first operation that uses it. */
function uploadWaiting({ native }: ShapeRuntime, books: Books): void {
  const uploads = native as unknown as { getInputTensorIds(tensors: readonly { readonly dataId: object }[]): number[] };
  uploads.getInputTensorIds([...books.waiting].map((dataId) => ({ dataId })));
}

const NOTHING_HEARD: BooksListener = { uploaded() {}, executed() {}, moved() {}, held() {} };
