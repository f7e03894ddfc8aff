/** How far apart the readings of one configuration are from step to step, by who counted. */
import { noises } from '../accuracy/noise.ts';
import { firstReadings } from '../accuracy/readings.ts';
import type { MeasuredRecord } from '../records/measurement.ts';
import { LEDGERS, type Ledger, QUANTITIES, type Quantity } from '../records/quantity.ts';

/** How much a ledger varies by itself between the measured steps of one configuration. */
export interface LedgerNoise {
  readonly ledger: Ledger;
  readonly largestBytes: number;
  /** The largest noise ÷ first reading, and of which quantity it is; null where only 0 was read. */
  readonly largestRatio: number | null;
  readonly largestRatioQuantity: Quantity | null;
}

/** The largest of all records; only of ledgers that were read twice or more. */
export function ledgerNoise(records: readonly MeasuredRecord[]): LedgerNoise[] {
  const largest = new Map<Ledger, LedgerNoise>();
  for (const record of records) {
    const [noise, first] = [noises(record), firstReadings(record)];
    for (const ledger of LEDGERS) {
      for (const quantity of QUANTITIES) {
        const spread = noise(quantity, ledger);
        const known = largest.get(ledger) ?? NO_NOISE(ledger);
        if (spread !== null) largest.set(ledger, larger(known, spread, first(quantity, ledger)?.bytes ?? 0, quantity));
      }
    }
  }
  return LEDGERS.flatMap((ledger) => largest.get(ledger) ?? []);
}

const NO_NOISE = (ledger: Ledger): LedgerNoise => ({
  ledger,
  largestBytes: 0,
  largestRatio: null,
  largestRatioQuantity: null,
});

function larger(known: LedgerNoise, noiseBytes: number, readBytes: number, quantity: Quantity): LedgerNoise {
  const bytes = { ...known, largestBytes: Math.max(known.largestBytes, noiseBytes) };
  if (readBytes === 0) return bytes;
  const ratio = noiseBytes / Math.abs(readBytes); // activations may be less than nothing
  if (ratio <= (known.largestRatio ?? -1)) return bytes;
  return { ...bytes, largestRatio: ratio, largestRatioQuantity: quantity };
}
