/** The error where records were read and no formula met a number, and which of the reasons it has. */
import { fail } from '../errors.ts';
import type { Estimator } from '../estimators/estimator.ts';
import { isRead, type JudgedRecord } from '../records/judged.ts';
import { LEDGERS } from '../records/quantity.ts';

/** `read` may be a part of the `count` records: those whose readings are still at hand. */
export function nothingCompared(count: number, read: readonly JudgedRecord[], estimators: readonly Estimator[]) {
  const found = new Set(read.filter(isRead).flatMap(({ readings }) => readings.map(({ ledger }) => ledger)));
  const compared = new Set(estimators.flatMap(({ predicts }) => predicts.flatMap(({ ledgers }) => ledgers)));
  const names = LEDGERS.filter((ledger) => found.has(ledger)).join(', ');
  const reason =
    found.size > 0 && [...found].every((ledger) => !compared.has(ledger))
      ? `with numbers of the ledger ${names} only, which no formula is compared with.`
      : 'none with a number that a formula predicts.';
  return fail('E_NOTHING_COMPARED', { detail: `${count} records, ${reason}` });
}
