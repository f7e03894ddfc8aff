/** How a set-up goes on: what it says, and what may end it. */
export interface Course {
  /** Gets one line per step. */
  readonly say: (line: string) => void;
  /** Ends the set-up with E_INTERRUPTED, and every program that it runs. */
  readonly abort?: AbortSignal | undefined;
}

/** Says a step of the set-up when it is done, with the time it took. */
export async function timed<Result>(say: Course['say'], what: string, action: () => Promise<Result>): Promise<Result> {
  const startMs = performance.now();
  const result = await action();
  say(`${what} … ${((performance.now() - startMs) / 1000).toFixed(1)} s`);
  return result;
}
