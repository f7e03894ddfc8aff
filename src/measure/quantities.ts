/** Mark readings of one ledger → the quantities of the design, step by step. Pure. */
import type { MarkReading } from '../ledgers/ledger.ts';
import type { Reading } from '../records/measurement.ts';
import type { Ledger, Phase, Quantity } from '../records/quantity.ts';
import type { Mark } from '../training/step.ts';
import { WARM_UP_STEPS } from './job.ts';
import { START, stepMark, WEIGHTS } from './marks.ts';

/** Readings of `repeats` measured steps. `marks` must be complete (`expectedMarks`). */
export function toReadings(ledger: Ledger, marks: readonly MarkReading[], repeats: number): Reading[] {
  const at = new Map(marks.map((reading) => [reading.mark, reading]));
  const find = (mark: string): MarkReading => {
    const reading = at.get(mark);
    if (reading === undefined) throw new Error(`ledger ${ledger} has no mark ${mark}`);
    return reading;
  };
  const weightsBytes = find(WEIGHTS).levelBytes - find(START).levelBytes;
  const readings: Reading[] = [{ quantity: 'weights', ledger, repeat: 1, step: 0, bytes: weightsBytes }];
  for (let repeat = 1; repeat <= repeats; repeat++) {
    const step = WARM_UP_STEPS + repeat;
    const mark = (name: Mark) => find(stepMark(step, name));
    const level = (quantity: Quantity, bytes: number) => readings.push({ quantity, ledger, repeat, step, bytes });
    const peak = (quantity: Quantity, { phase, reading }: PhasePeak) =>
      readings.push({
        quantity,
        ledger,
        repeat,
        step,
        bytes: reading.peakBytes,
        peak: { phase, kernel: reading.peakKernel ?? 'none' },
      });

    const forward: PhasePeak = { phase: 'forward', reading: mark('m1') }; // the maximum of (m0, m1] is noted at m1
    const backward: PhasePeak = { phase: 'backward', reading: mark('m2') };
    const optimizer: PhasePeak = { phase: 'optimizer', reading: mark('m3') };
    level('steady', mark('m0').levelBytes);
    level('activations', mark('m1').levelBytes - mark('m0').levelBytes);
    peak('forward-peak', forward);
    peak('backward-peak', backward);
    level('gradients-held', mark('m2').levelBytes);
    peak('optimizer-peak', optimizer);
    peak('step-peak', highest(forward, backward, optimizer));
  }
  return readings;
}

interface PhasePeak {
  readonly phase: Phase;
  readonly reading: MarkReading;
}

/** The first of the highest. */
const highest = (first: PhasePeak, ...others: PhasePeak[]): PhasePeak =>
  others.reduce((best, other) => (other.reading.peakBytes > best.reading.peakBytes ? other : best), first);
