/** Why the scoreboard is empty although something was compared: `--ledger` names one with which no formula was. */
import type { Judgement } from '../accuracy/judge.ts';
import { LEDGERS } from '../records/quantity.ts';
import type { ShownLedgers } from '../report/shownLedgers.ts';

/** One sentence, or null where `shown` has rows. */
export function unshownLedger({ accuracy }: Pick<Judgement, 'accuracy'>, shown: ShownLedgers): string | null {
  if (shown === 'one' || shown === 'all' || accuracy.some(({ ledger }) => ledger === shown)) return null;
  const others = LEDGERS.filter((ledger) => accuracy.some((row) => row.ledger === ledger));
  const instead = others.length === 0 ? '' : `; with ${others.join(', ')} some are`;
  return `no formula is compared with the ledger ${shown} here${instead}`;
}
