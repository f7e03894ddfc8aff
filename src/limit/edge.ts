/**
 * Where something ends: two neighbouring whole numbers, one on each side. Strides that double lead away from a guess until both sides are
 * known, halves then lead to the edge. Nothing else is assumed or seen: where the sides alternate, it is one of their edges that is found.
 */

export interface Range {
  readonly least: number;
  readonly most: number;
  /** The guess; the closer it is, the fewer are asked about. */
  readonly start: number;
}

/** On which side is a value? A sentence when that cannot be told, null when there is no time: either ends the search. */
export type Side = boolean | string | null;

export interface Edge {
  /** The largest value found below; null if there was none. */
  readonly below: number | null;
  /** The smallest value found above; null if there was none. */
  readonly above: number | null;
  /** Why the search ended before its time; null if it did not, or if only the time was over. */
  readonly failure: string | null;
}

/** No value is asked about twice. */
export async function findEdge(
  { least, most, start }: Range,
  isBelow: (value: number) => Side | Promise<Side>,
): Promise<Edge> {
  let below: number | null = null;
  let above: number | null = null;
  let value = Math.min(most, Math.max(least, start));
  for (let stride = 1; ; stride *= 2) {
    const side = await isBelow(value);
    if (typeof side !== 'boolean') return { below, above, failure: side };
    if (side) below = value;
    else above = value;
    const isEnd = above === null ? below === most : below === null ? above === least : above - below === 1;
    if (isEnd) return { below, above, failure: null };
    if (above === null) value = Math.min(most, value + stride);
    else if (below === null) value = Math.max(least, value - stride);
    else value = Math.floor((below + above) / 2);
  }
}
