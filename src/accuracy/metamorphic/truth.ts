/** What was measured of a relation. */
import type { Ledger, Quantity } from '../../records/quantity.ts';
import { EXACT_LEDGERS } from '../shownLedger.ts';
import type { Instance, SampleReading } from './instance.ts';
import type { Relation, RelationTerm } from './law.ts';
import { combined } from './relation.ts';

export interface Truth {
  readonly ledger: Ledger;
  readonly bytes: number;
}

/** The combination in the first exact ledger of `ledgers` that counted all of it, or why there is no truth. */
export function truthOf(instance: Instance, relation: Relation, ledgers: readonly Ledger[]): Truth | string {
  const comparable = EXACT_LEDGERS.filter((ledger) => ledgers.includes(ledger));
  if (comparable.length === 0)
    return `it may be compared with ${ledgers.join(' and ')} alone, where rounding obeys no law`;
  const reasons = comparable.map((ledger): Truth | string => {
    if (relation.inBackward === true) {
      const hidden = hiddenIn(instance, ledger);
      if (hidden !== null) return hidden;
    }
    const unread = relation.terms.flatMap(({ quantity, at }) => whyUnread(instance, at, quantity, ledger) ?? []);
    if (unread[0] !== undefined) return unread[0];
    const bytesOf = ({ quantity, at }: RelationTerm) => readingsIn(instance, at, quantity, ledger)[0]?.bytes ?? 0;
    return { ledger, bytes: combined(relation.terms, bytesOf) };
  });
  return reasons.find((answer) => typeof answer !== 'string') ?? reasons[0] ?? '';
}

const readingsIn = ({ samples }: Instance, at: string, quantity: Quantity, ledger: Ledger): readonly SampleReading[] =>
  samples.get(at)?.readings?.(quantity, ledger) ?? [];

/** Why the bytes of a term are not known; null if they are. Of readings that disagree neither counts, so that no order decides. */
function whyUnread(...[instance, at, quantity, ledger]: Parameters<typeof readingsIn>): string | null {
  const readings = readingsIn(instance, at, quantity, ledger);
  const place = `${quantity} by ${ledger} at ${at}`;
  if (readings.length === 0) return `no reading of ${place}`;
  if (readings.some(({ resolutionBytes }) => resolutionBytes !== undefined))
    return `the reading of ${place} is rounded, and rounding obeys no law`;
  if (readings.some(({ lowerBound }) => lowerBound === true))
    return `the reading of ${place} is a lower bound, and the truth may be more`;
  return readings.some(({ bytes }) => bytes !== readings[0]?.bytes)
    ? `several readings of ${place}, and they disagree`
    : null;
}

/** Why the step's peak hides what happens in backward; null if it is there in all of the configurations. */
function hiddenIn(instance: Instance, ledger: Ledger): string | null {
  for (const at of instance.samples.keys()) {
    const phase = readingsIn(instance, at, 'step-peak', ledger)[0]?.peak?.phase;
    if (phase !== 'backward') return `the step of ${at} is fullest in ${phase ?? 'an unknown phase'}, not in backward`;
  }
  return null;
}

/** Each quantity that a relation needs, once. */
export const quantitiesOf = ({ terms }: Relation): Quantity[] => [...new Set(terms.map(({ quantity }) => quantity))];
