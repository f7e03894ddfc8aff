/** A picture has room for so many marks: which of many are drawn. */

/** Every n-th of `items`, first and last included, so that at most `most` are left; the same ones every time. */
export function sampled<Item>(items: readonly Item[], most: number): readonly Item[] {
  if (items.length <= most) return items;
  return Array.from(
    { length: most },
    (_, index) => items[Math.round((index * (items.length - 1)) / (most - 1))] as Item,
  );
}

/** A sentence for the reader; null where all are drawn. */
export const sampleNote = (drawn: number, all: number, what: string): string | null =>
  drawn === all ? null : `${drawn} of ${all} ${what} are drawn, evenly chosen; the tables and the data have them all.`;
