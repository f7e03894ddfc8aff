/** Where a prediction is wrong by the order in which the system placed the allocator's regions, and by nothing else. */
import type { ComparisonRow } from '../accuracy/compare.ts';
import { counted } from './counted.ts';

/** A sentence for the reader of a scoreboard; none where there is nothing to tell. The errors stay in the scores. */
export function addressOrderNote(comparisons: readonly ComparisonRow[]): string[] {
  const rows = comparisons.filter(({ verdict }) => verdict === 'address-order');
  if (rows.length === 0) return [];
  const configurations = new Set(rows.map(({ configId }) => configId)).size;
  const [count, where] = [counted(rows.length, 'error'), counted(configurations, 'configuration')];
  return [
    `address-order: ${count} in ${where} would be 0 with the allocator's regions in the order that they had there.`,
  ];
}
