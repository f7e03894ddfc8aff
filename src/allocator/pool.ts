/** The regions that were taken from the system. */
import type { Chunk } from './chunk.ts';
import { nextAddress, type Region, type RegionOrder } from './regionOrder.ts';

interface PoolRegion extends Region {
  /** It stays the first one of the region: what is free is merged into the chunk before it. */
  readonly first: Chunk;
}

export class Pool {
  private present: PoolRegion[] = [];
  /** Those that were given back, too: where the next one lies depends on them. */
  private readonly ever: Region[] = [];
  private readonly order: RegionOrder;

  constructor(order: RegionOrder) {
    this.order = order;
  }

  /** In the order in which they were taken. */
  get regions(): readonly Region[] {
    return this.present.map(({ address, bytes }) => ({ address, bytes }));
  }

  nextAddress(bytes: number): number {
    return nextAddress(this.order, this.ever, bytes);
  }

  /** One that begins with this chunk and has so many bytes. */
  add(first: Chunk, bytes: number): void {
    const region = { address: first.address, bytes };
    this.ever.push(region);
    this.present.push({ ...region, first });
  }

  /** The only chunks of the regions in which nothing lives. */
  unused(): Chunk[] {
    return this.present.flatMap(({ first, bytes }) => (!first.inUse && first.bytes === bytes ? [first] : []));
  }

  giveBack(unused: readonly Chunk[]): void {
    this.present = this.present.filter(({ first }) => !unused.includes(first));
  }
}
