/**
 * Where the system puts the regions. Of the addresses only their order matters, and only where free chunks of one size lie in several
 * regions: the lowest is taken. It is the one thing that the requests do not tell.
 */

/**
 * A rule of the system, or the addresses that it gave, region by region.
 * - `ascending`: each above the one before.
 * - `descending`: each below the one before, as Linux maps memory. In a process that counts memory every region is mapped
 *   (MALLOC_MMAP_THRESHOLD_ in runtime/variables.ts).
 * - `heap-first`: the first is lowest, the others descend above it. glibc by itself has raised its threshold by the time of the first
 *   region, so that one comes from the heap; larger ones are mapped.
 * - `cuda`: those below 16 MiB ascend; the others descend below all that there are. As driver 580.159.04 has it on an H200.
 */
export type RegionOrder = 'ascending' | 'descending' | 'heap-first' | 'cuda' | readonly number[];

export interface Region {
  readonly address: number;
  readonly bytes: number;
}

/** A region as a record has it: how many of all lie below it. */
export interface RankedRegion {
  readonly bytes: number;
  readonly rank: number;
}

/** Above all mapped regions. Addresses are exact up to 2⁵³. */
const TOP = 2 ** 52;
/** Below the first of those that ascend; 0 is no address. */
const BOTTOM = 2 ** 20;
/** `cuda`: small regions ascend from here, and the others have room below. */
const MIDDLE = 2 ** 51;
/** 8 MiB still ascends, 16 MiB does not. */
const CUDA_SMALL_BYTES = 16 * 2 ** 20;

/** The address of the next region, of so many bytes, where `regions` were taken before, in this order. */
export function nextAddress(order: RegionOrder, regions: readonly Region[], bytes: number): number {
  switch (order) {
    case 'ascending':
      return above(regions, BOTTOM);
    case 'descending':
      return below(regions, TOP) - bytes;
    case 'heap-first':
      return regions.length === 0 ? BOTTOM : below(regions.slice(1), TOP) - bytes;
    case 'cuda':
      return bytes < CUDA_SMALL_BYTES ? above(regions.filter(isSmall), MIDDLE) : below(regions, MIDDLE) - bytes;
    default:
      return recorded(order, regions.length);
  }
}

/** In the order in which they were taken. */
export const ranked = (regions: readonly Region[]): RankedRegion[] =>
  regions.map(({ address, bytes }) => ({ bytes, rank: regions.filter((other) => other.address < address).length }));

/** Addresses in a recorded order: each region above those of a lower rank. */
export function addressesOf(regions: readonly RankedRegion[]): number[] {
  const below = (rank: number): number => regions.reduce((sum, one) => sum + (one.rank < rank ? one.bytes : 0), BOTTOM);
  return regions.map(({ rank }) => below(rank));
}

const isSmall = ({ bytes }: Region): boolean => bytes < CUDA_SMALL_BYTES;

const above = (regions: readonly Region[], start: number): number =>
  Math.max(start, ...regions.map(({ address, bytes }) => address + bytes));

const below = (regions: readonly Region[], end: number): number =>
  Math.min(end, ...regions.map(({ address }) => address));

/** More regions are needed than there are addresses for. */
export class UnknownRegion extends RangeError {
  constructor(known: number) {
    super(`a region is needed after the ${known} whose addresses are known`);
  }
}

function recorded(addresses: readonly number[], index: number): number {
  const address = addresses[index];
  if (address === undefined) throw new UnknownRegion(addresses.length);
  return address;
}
