/** How a probe tells what it found: JSON in the last line of stdout. */
import { writeSync } from 'node:fs';

export function answer(collect: () => unknown): void {
  let told: object;
  try {
    told = { facts: collect() };
  } catch (error) {
    told = { failure: (error instanceof Error ? error.message : String(error)).split('\nRequire stack:', 1)[0] };
  }
  writeSync(1, `\n${JSON.stringify(told)}`); // at once: a library may end the process while it is unloaded
}
