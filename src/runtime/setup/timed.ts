/** Says a step of the set-up when it is done, with the time it took. */
export async function timed<Result>(
  say: (line: string) => void,
  what: string,
  action: () => Promise<Result>,
): Promise<Result> {
  const startMs = performance.now();
  const result = await action();
  say(`${what} … ${((performance.now() - startMs) / 1000).toFixed(1)} s`);
  return result;
}
