/**
 * For a command that is over in less than a second. Node 20's V8 has nothing between its baseline code and that of its optimizing compiler,
 * which begins early and costs more than it saves before a prediction on shapes is done: 0.5 s of CPU instead of 0.3. Later ones have Maglev.
 */
import { setFlagsFromString } from 'node:v8';

/** Fifteen times V8's own: how much of a function has to run before it is compiled again (V8 11.3, flag-definitions.h). */
const INTERRUPT_BUDGET = 1_000_000;
const FIRST_WITH_MAGLEV = 22;

/** Of this process, so only where the process is the command's. */
export function compileLess(): void {
  if (Number(process.versions.node.split('.')[0]) < FIRST_WITH_MAGLEV)
    setFlagsFromString(`--interrupt-budget=${INTERRUPT_BUDGET}`);
}
