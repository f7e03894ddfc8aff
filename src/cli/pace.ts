/** How long a run will still take, by what it took so far: configurations differ, so it is a guess that gets better. */

export class Pace {
  readonly #now: () => number;
  #startedMs = 0;
  #lastFinishedMs = 0;
  #toMeasure = 0;
  #finished = 0;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  start(toMeasure: number): void {
    this.#startedMs = this.#now();
    this.#toMeasure = toMeasure;
    this.#finished = 0;
  }

  finished(): void {
    this.#finished++;
    this.#lastFinishedMs = this.#now();
  }

  /** Of configurations that were announced and have not finished. */
  get open(): number {
    return Math.max(0, this.#toMeasure - this.#finished);
  }

  /** `about 40 s left`; null where nothing has finished or nothing is left. */
  leftText(): string | null {
    if (this.#finished === 0 || this.open === 0) return null;
    const perConfigurationMs = (this.#lastFinishedMs - this.#startedMs) / this.#finished;
    const sinceMs = this.#now() - this.#lastFinishedMs; // of which the open ones have used some
    return `about ${durationText(perConfigurationMs * this.open - sinceMs)} left`;
  }
}

/** `40 s`, `5 min`, `2.5 h`: as exact as a guess is. */
export function durationText(milliseconds: number): string {
  const seconds = Math.max(1, Math.round(milliseconds / 1000));
  if (seconds < 100) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 100 ? `${minutes} min` : `${(minutes / 60).toFixed(1)} h`;
}
