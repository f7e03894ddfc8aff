/** What was measured of a relation. */
import type { Ledger, Quantity } from '../../records/quantity.ts';
import type { Instance } from './instance.ts';
import type { Relation } from './law.ts';
import { combined } from './relation.ts';

/** The ledgers whose bytes follow from shapes, the better first; rounding to chunks breaks every exact law. */
const EXACT_LEDGERS: readonly Ledger[] = ['requested', 'buffers'];

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
    const bytes = combined(relation.terms, ({ quantity, at }) => bytesIn(instance, at, quantity, ledger) ?? Number.NaN);
    return Number.isNaN(bytes)
      ? `no reading of ${quantitiesOf(relation).join(' and ')} by ${ledger}`
      : { ledger, bytes };
  });
  return reasons.find((answer) => typeof answer !== 'string') ?? reasons[0] ?? '';
}

const readingIn = ({ samples }: Instance, at: string, quantity: Quantity, ledger: Ledger) =>
  samples.get(at)?.reading?.(quantity, ledger);

const bytesIn = (...[instance, at, quantity, ledger]: Parameters<typeof readingIn>): number | undefined =>
  readingIn(instance, at, quantity, ledger)?.bytes;

/** Why the step's peak hides what happens in backward; null if it is there in all of the configurations. */
function hiddenIn(instance: Instance, ledger: Ledger): string | null {
  for (const at of instance.samples.keys()) {
    const phase = readingIn(instance, at, 'step-peak', ledger)?.peak?.phase;
    if (phase !== 'backward') return `the step of ${at} is fullest in ${phase ?? 'an unknown phase'}, not in backward`;
  }
  return null;
}

/** Each quantity that a relation needs, once. */
export const quantitiesOf = ({ terms }: Relation): Quantity[] => [...new Set(terms.map(({ quantity }) => quantity))];
