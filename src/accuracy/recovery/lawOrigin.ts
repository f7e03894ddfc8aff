/** Who executed the steps of a law, and under which conditions that no key expresses: laws of two executors are never mixed. */
import { conditionsOf } from '../../records/external.ts';
import type { ReadRecord } from '../../records/judged.ts';
import { originOf } from '../../records/origin.ts';

export function lawOrigin(record: ReadRecord): string {
  const conditions = record.outcome === 'external' ? Object.entries(conditionsOf(record)) : [];
  const text = conditions.map(([name, value]) => `${name}=${value}`);
  return text.length === 0 ? originOf(record) : `${originOf(record)} (${text.join(', ')})`;
}
