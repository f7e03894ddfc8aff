/** The time that a campaign may take. */

/** Kept back for the report, which is written in any case. */
const REPORT_MS = 5_000;
/** What comes next is taken to last as long as the longest of its kind so far, and a little more. */
const CAUTION = 1.25;

export class Clock {
  private readonly endMs: number;
  private longestMs = 0;

  /** `startMs` as `performance.now()` has it: 0 is the start of the process. */
  constructor(minutes: number, startMs = performance.now()) {
    this.endMs = startMs + minutes * 60_000 - REPORT_MS;
  }

  get leftMs(): number {
    return this.endMs - performance.now();
  }

  /** Is there time for one more? `guessMs` counts until something of the kind was timed. */
  allows(guessMs: number): boolean {
    return this.leftMs > (this.longestMs === 0 ? guessMs : this.longestMs * CAUTION);
  }

  /** Runs `action` and remembers how long it took. */
  async timed<Result>(action: () => Promise<Result>): Promise<Result> {
    const startMs = performance.now();
    try {
      return await action();
    } finally {
      this.longestMs = Math.max(this.longestMs, performance.now() - startMs);
    }
  }

  /** A new kind of work has durations of its own. */
  nextKind(): void {
    this.longestMs = 0;
  }
}

/** Aborts when `abort` does, or when the time is over: nothing may run on after it. */
export function withDeadline(abort: AbortSignal, clock: Clock): AbortSignal {
  return AbortSignal.any([abort, AbortSignal.timeout(Math.max(0, Math.floor(clock.leftMs)))]);
}
