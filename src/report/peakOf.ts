/** The peak of a whole step in one line: the number, its spread over the measured steps, and where it was. */
import { noises } from '../accuracy/noise.ts';
import { readingsOf } from '../accuracy/readings.ts';
import { MOST_TELLING_FIRST } from '../accuracy/shownLedger.ts';
import { isRead, type JudgedRecord } from '../records/judged.ts';
import { type Ledger, type Quantity, WHOLE_PEAK } from '../records/quantity.ts';

export interface Peak {
  /** `step-peak`, or `inference-peak`. */
  readonly quantity: Quantity;
  readonly ledger: Ledger;
  readonly bytes: number;
  /** Largest − smallest reading of the measured steps; null where there is one only. */
  readonly noiseBytes: number | null;
  /** `backward: BatchMatMulV2`; null where nobody watched. */
  readonly place: string | null;
}

/** In the most telling ledger that read it; null where none did. */
export function wholePeakOf(record: JudgedRecord): Peak | null {
  if (!isRead(record)) return null;
  const reading = readingsOf(record);
  const quantity = WHOLE_PEAK[record.configuration.step.kind];
  for (const ledger of MOST_TELLING_FIRST) {
    const found = reading(quantity, ledger);
    if (found === undefined) continue;
    const noiseBytes = record.outcome === 'measured' ? noises(record)(quantity, ledger) : null;
    const place = found.peak === undefined ? null : `${found.peak.phase}: ${found.peak.kernel}`;
    return { quantity, ledger, bytes: found.bytes, noiseBytes, place };
  }
  return null;
}
