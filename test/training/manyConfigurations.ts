/** Many configurations in one process, each a few whole steps: the script that takes them, and what is read of each afterwards. */
import type { RunConfig } from '../../src/config/schema.ts';
import type { MarkReading } from '../../src/ledgers/ledger.ts';
import { byMark, type MeasuredQuantity, type QuantityReading, readQuantity } from '../../src/measure/quantities.ts';

const STEPS = 3; // the first makes what the optimizer keeps; from the third on every step is alike
/** Of one process: its log is held in memory, some megabytes for each configuration. */
const MOST_CONFIGURATIONS = 40;
export const compiled = (path: string): string => new URL(`../../dist/${path}`, import.meta.url).href;

export type StepQuantity = Exclude<MeasuredQuantity, 'weights'>;
export type Read = (quantity: StepQuantity) => QuantityReading;

/** The steps of every configuration, for a module that has `runtime` and `mark(name)`; imports come first. */
const stepsScript = (configs: readonly RunConfig[]): string => `
  import { filled } from '${compiled('model/variables.js')}';
  import { castsFor } from '${compiled('runtime/sixteenBit.js')}';
  import { createSteps } from '${compiled('training/steps.js')}';
  for (const [index, config] of ${JSON.stringify(configs)}.entries()) {
    const casts = castsFor(runtime, config.step.precision);
    const trainer = createSteps(runtime.tf, config, { createVariable: filled(runtime.tf), casts });
    for (let step = 1; step <= ${STEPS}; step++) trainer.step((name) => mark(index + ':' + step + '.' + name));
    trainer.dispose();
    casts?.remove();
  }`;

/** For each configuration, in order, its third step. `inOneProcess` runs the script and gives the readings of all marks. */
export function thirdSteps(
  configs: readonly RunConfig[],
  inOneProcess: (script: string) => readonly MarkReading[],
): Read[] {
  const starts = Array.from({ length: Math.ceil(configs.length / MOST_CONFIGURATIONS) }, (_, index) => index);
  return starts.flatMap((start) => {
    const taken = configs.slice(start * MOST_CONFIGURATIONS, (start + 1) * MOST_CONFIGURATIONS);
    const readings = inOneProcess(stepsScript(taken));
    return taken.map((_, index): Read => {
      const prefix = `${index}:`;
      const own = readings.filter(({ mark }) => mark.startsWith(prefix));
      const marks = byMark(own.map((reading) => ({ ...reading, mark: reading.mark.slice(prefix.length) })));
      return (quantity) => readQuantity(quantity, marks, STEPS);
    });
  });
}
