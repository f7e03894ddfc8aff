/**
 * TensorFlow's BFC allocator ("best fit with coalescing"), told again: which chunk every request gets, where it lies, and what is in use.
 * After tsl/framework/bfc_allocator.cc of TensorFlow 2.18; docs/allocator.md says where it holds and how exact it is.
 */
import { type Chunk, freeChunk } from './chunk.ts';
import { coalesce } from './coalesce.ts';
import { FreeChunks } from './freeChunks.ts';
import { Growth } from './growth.ts';
import { chunksIn, type PoolLayout } from './layout.ts';
import { Pool } from './pool.ts';
import type { Region, RegionOrder } from './regionOrder.ts';
import { roundedBytes } from './rounding.ts';
import { isSplit, split } from './split.ts';
import { type Charge, Statistics } from './statistics.ts';

export interface BfcOptions {
  /** Of all regions together; without one, more than any machine has. */
  readonly limitBytes?: number;
  /** Regions of 2 MiB, then twice as large each time; or, false, one region of the limit. */
  readonly growth?: boolean;
  readonly regionOrder?: RegionOrder;
  /** What the system has for regions, where that is less than the limit: a region that it cannot give is asked for again a tenth smaller. */
  readonly systemBytes?: number;
  /** Before it gives up, the allocator gives regions back in which nothing lives: on a GPU (TF_ENABLE_GPU_GARBAGE_COLLECTION). */
  readonly garbageCollection?: boolean;
  /** Regions and chunks that are there before the first request. */
  readonly layout?: PoolLayout;
}

/** 64 TiB. */
const NO_LIMIT_BYTES = 2 ** 46;

/** A request for nothing gets nothing: address 0, no bytes. */
export interface Allocated {
  readonly address: number;
  readonly chunkBytes: number;
}

/** The request that could not be met, and how things stood. It took nothing. */
export interface OutOfMemory {
  /** Of the request among all requests, from 0. */
  readonly index: number;
  readonly id: string;
  readonly bytes: number;
  /** What was live, and why the allocator had taken what it had. */
  readonly charge: Charge;
  readonly poolBytes: number;
  /** No free chunk was larger. */
  readonly largestFreeBytes: number;
  readonly limitBytes: number;
}

export class BfcAllocator {
  private readonly limitBytes: number;
  private readonly garbageCollection: boolean;
  private readonly growth: Growth;
  private readonly pool: Pool;
  private readonly unused = new FreeChunks();
  /** By id; null for what asked for nothing. */
  private readonly live = new Map<string, Chunk | null>();
  private readonly counted = new Statistics();
  private requests = 0;

  constructor(options: BfcOptions = {}) {
    const {
      limitBytes = NO_LIMIT_BYTES,
      systemBytes = NO_LIMIT_BYTES,
      growth = true,
      garbageCollection = false,
    } = options;
    this.limitBytes = limitBytes;
    this.garbageCollection = garbageCollection;
    this.growth = new Growth(limitBytes, growth, (bytes) => this.poolBytes + bytes <= systemBytes);
    this.pool = new Pool(options.regionOrder ?? 'descending');
    if (options.layout !== undefined) this.lay(options.layout);
  }

  /** `id` is the caller's; it may come again after `free`. */
  allocate(id: string, bytes: number): Allocated | { readonly outOfMemory: OutOfMemory } {
    if (!Number.isSafeInteger(bytes) || bytes < 0) throw new RangeError(`${bytes} bytes cannot be asked for`);
    if (this.live.has(id)) throw new RangeError(`"${id}" is live already`);
    const index = this.requests++;
    if (bytes === 0) {
      this.live.set(id, null);
      return { address: 0, chunkBytes: 0 };
    }
    const rounded = roundedBytes(bytes);
    const chunk = this.find(rounded);
    if (chunk === null) return { outOfMemory: this.refusal(index, id, bytes) };
    if (isSplit(chunk.bytes, rounded)) this.unused.add(split(chunk, rounded));
    this.use(chunk, id, bytes);
    return { address: chunk.address, chunkBytes: chunk.bytes };
  }

  free(id: string): void {
    const chunk = this.live.get(id);
    if (chunk === undefined) throw new RangeError(`"${id}" is not live`);
    this.live.delete(id);
    if (chunk === null) return;
    this.counted.gaveBack(chunk);
    chunk.inUse = false;
    chunk.requestedBytes = 0;
    this.unused.add(coalesce(chunk, this.unused));
  }

  /** The peak becomes what is in use now, and the other counters begin again. */
  clearPeak(): void {
    this.counted.clearPeak();
  }

  /** Whole chunks. */
  get inUseBytes(): number {
    return this.counted.inUseBytes;
  }

  get peakInUseBytes(): number {
    return this.counted.peakInUseBytes;
  }

  /** Of all regions, in use or not. */
  get poolBytes(): number {
    return this.counted.poolBytes;
  }

  /** The pool by cause, now. */
  get charge(): Charge {
    return this.counted.charge;
  }

  /** The pool by cause when the peak was first reached. */
  get peakCharge(): Charge {
    return this.counted.peakCharge;
  }

  /** Requests that were met since the start or `clearPeak`. */
  get allocations(): number {
    return this.counted.allocations;
  }

  /** The largest chunk that one of them got. */
  get largestChunkBytes(): number {
    return this.counted.largestChunkBytes;
  }

  get largestFreeBytes(): number {
    return this.unused.largestBytes;
  }

  /** In the order in which they were taken. */
  get regions(): readonly Region[] {
    return this.pool.regions;
  }

  /** A free chunk of at least so many bytes, no longer among the free ones; null if memory is out. */
  private find(rounded: number): Chunk | null {
    const chunk = this.unused.take(rounded);
    if (chunk !== null) return chunk;
    if (this.extend(rounded)) return this.unused.take(rounded);
    return this.garbageCollection && this.giveBack(rounded) && this.extend(rounded) ? this.unused.take(rounded) : null;
  }

  private extend(rounded: number): boolean {
    const bytes = this.growth.next(rounded, this.poolBytes);
    if (bytes === null) return false;
    const whole = freeChunk(this.pool.nextAddress(bytes), bytes);
    this.pool.add(whole, bytes);
    this.counted.poolBytes += bytes;
    this.unused.add(whole);
    return true;
  }

  /** All regions in which nothing lives, if that can help (bfc_allocator.cc, DeallocateFreeRegions). */
  private giveBack(rounded: number): boolean {
    const chunks = this.pool.unused();
    const bytes = chunks.reduce((sum, chunk) => sum + chunk.bytes, 0);
    if (bytes === 0 || rounded > this.limitBytes - this.poolBytes + bytes) return false;
    for (const chunk of chunks) this.unused.remove(chunk);
    this.pool.giveBack(chunks);
    this.counted.poolBytes -= bytes;
    return true;
  }

  private use(chunk: Chunk, id: string, bytes: number): void {
    chunk.inUse = true;
    chunk.requestedBytes = bytes;
    this.live.set(id, chunk);
    this.counted.took(chunk);
  }

  private lay({ regions, live }: PoolLayout): void {
    for (const region of regions) {
      const placed = chunksIn(region, live);
      const [first] = placed;
      if (first === undefined) continue; // a region without bytes
      this.pool.add(first.chunk, region.bytes);
      this.counted.poolBytes += region.bytes;
      for (const { chunk, laidOut } of placed) {
        if (laidOut === null) this.unused.add(chunk);
        else this.use(chunk, laidOut.id, laidOut.requestedBytes);
      }
    }
    this.clearPeak();
  }

  private refusal(index: number, id: string, bytes: number): OutOfMemory {
    const { charge, poolBytes, largestFreeBytes, limitBytes } = this;
    return { index, id, bytes, charge, poolBytes, largestFreeBytes, limitBytes };
  }
}
