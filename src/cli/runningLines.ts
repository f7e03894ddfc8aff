/** What is being measured at this moment, a line each, drawn twice a second. */
import { describeConfig } from '../config/describe.ts';
import type { ProgressEvent } from '../runner/sweep.ts';
import { durationText, type Pace } from './pace.ts';
import type { Story } from './progress.ts';

const EVERY_MS = 500;

interface Running {
  readonly name: string;
  readonly startedMs: number;
  readonly doing: string;
}

type EventOf<Kind extends ProgressEvent['kind']> = Extract<ProgressEvent, { kind: Kind }>;

/** Nothing happens where the story has no live lines. */
export class RunningLines {
  readonly #tell: Pick<Story, 'live'>;
  readonly #pace: Pace;
  readonly #now: () => number;
  readonly #running = new Map<number, Running>();
  #timer: NodeJS.Timeout | null = null;

  constructor(tell: Pick<Story, 'live'>, pace: Pace, now: () => number = () => performance.now()) {
    this.#tell = tell;
    this.#pace = pace;
    this.#now = now;
  }

  start({ index, total, config }: EventOf<'started'>): void {
    if (this.#tell.live === undefined) return;
    const name = `[${index + 1}/${total}] ${describeConfig(config)}`;
    this.#running.set(index, { name, startedMs: this.#now(), doing: 'starting' });
    this.#timer ??= setInterval(() => this.draw(), EVERY_MS).unref();
  }

  change({ index, process, phase }: EventOf<'phase'>): void {
    const running = this.#running.get(index);
    const doing = process === 'time' ? phase : `counting bytes, ${phase}`;
    if (running !== undefined) this.#running.set(index, { ...running, doing });
  }

  finish({ index }: Pick<EventOf<'finished'>, 'index'>): void {
    this.#running.delete(index);
    if (this.#running.size > 0) return;
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    this.#tell.live?.([]);
  }

  draw(): void {
    const left = this.#pace.leftText();
    const lines = [...this.#running.values()].map(
      ({ name, startedMs, doing }) => `${name}: ${doing}, ${durationText(this.#now() - startedMs)}`,
    );
    this.#tell.live?.(left === null ? lines : [...lines, left]);
  }
}
