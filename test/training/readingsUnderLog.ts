/** As `stepsUnderLog`, with the books kept beside the log: it takes longer, and each byte has its component. */
import type { RunConfig } from '../../src/config/schema.ts';
import { byMark, type MeasuredQuantity, type QuantityReading, readQuantity } from '../../src/measure/quantities.ts';
import { underLog } from '../ledgers/underLog.ts';

const STEPS = 3; // the first makes what the optimizer keeps; from the third on every step is alike
const compiled = (path: string): string => new URL(`../../dist/${path}`, import.meta.url).href;

type StepQuantity = Exclude<MeasuredQuantity, 'weights'>;
export type Read = (quantity: StepQuantity) => QuantityReading;

/** Of one process: its log is held in memory, some megabytes for each configuration. */
const MOST_CONFIGURATIONS = 40;

/** For each configuration, in order: what `requested` reads in its third step, and what each reading is made of. */
export function readingsUnderLog(configs: readonly RunConfig[]): Read[] {
  const starts = Array.from({ length: Math.ceil(configs.length / MOST_CONFIGURATIONS) }, (_, index) => index);
  return starts.flatMap((start) =>
    inOneProcess(configs.slice(start * MOST_CONFIGURATIONS, (start + 1) * MOST_CONFIGURATIONS)),
  );
}

function inOneProcess(configs: readonly RunConfig[]): Read[] {
  const { requested, log } = underLog(`
    import { filled } from '${compiled('model/variables.js')}';
    import { createTrainer } from '${compiled('training/trainer.js')}';
    import { castsFor } from '${compiled('runtime/sixteenBit.js')}';
    for (const [index, config] of ${JSON.stringify(configs)}.entries()) {
      const casts = castsFor(runtime, config.step.precision);
      const trainer = createTrainer(tf, config, { createVariable: filled(tf), casts });
      for (let step = 1; step <= ${STEPS}; step++) trainer.step((name) => mark(index + ':' + step + '.' + name));
      trainer.dispose();
      casts?.remove();
    }`);
  if (log.unknownDeallocations > 0) throw new Error('the log is not complete');
  return configs.map((_, index) => {
    const prefix = `${index}:`;
    const own = requested
      .filter(({ mark }) => mark.startsWith(prefix))
      .map((reading) => ({ ...reading, mark: reading.mark.slice(prefix.length) }));
    const marks = byMark(own);
    return (quantity) => readQuantity(quantity, marks, STEPS);
  });
}
