/** What the allocator counts, and why it has taken what it has taken. */
import type { Chunk } from './chunk.ts';
import { roundedBytes } from './rounding.ts';

/** The pool by cause: the parts add up to it, and without `freeBytes` to what is in use. */
export interface Charge {
  /** Asked for, and live. */
  readonly requestedBytes: number;
  /** Up to the next multiple of 256. */
  readonly roundingBytes: number;
  /** What chunks have beyond that, because a rest was too small to be split off. */
  readonly slackBytes: number;
  /** In the regions, and nobody's. */
  readonly freeBytes: number;
}

/** TensorFlow's AllocatorStats, whose bytes in use are those of whole chunks, and the parts that it does not count. */
export class Statistics {
  poolBytes = 0;
  inUseBytes = 0;
  peakInUseBytes = 0;
  /** When the peak was first reached. */
  peakCharge: Charge = { requestedBytes: 0, roundingBytes: 0, slackBytes: 0, freeBytes: 0 };
  /** Requests that were met since the start or `clearPeak`; TensorFlow's `num_allocs`. */
  allocations = 0;
  /** The largest chunk that one of them got. */
  largestChunkBytes = 0;
  private requestedBytes = 0;
  private roundedBytes = 0;

  get charge(): Charge {
    return {
      requestedBytes: this.requestedBytes,
      roundingBytes: this.roundedBytes - this.requestedBytes,
      slackBytes: this.inUseBytes - this.roundedBytes,
      freeBytes: this.poolBytes - this.inUseBytes,
    };
  }

  took(chunk: Chunk): void {
    this.count(chunk, 1);
    this.allocations += 1;
    this.largestChunkBytes = Math.max(this.largestChunkBytes, chunk.bytes);
    if (this.inUseBytes <= this.peakInUseBytes) return;
    this.peakInUseBytes = this.inUseBytes;
    this.peakCharge = this.charge;
  }

  gaveBack(chunk: Chunk): void {
    this.count(chunk, -1);
  }

  /** The peak becomes what is in use now, and the other counters begin again. */
  clearPeak(): void {
    this.peakInUseBytes = this.inUseBytes;
    this.peakCharge = this.charge;
    this.allocations = 0;
    this.largestChunkBytes = 0;
  }

  private count({ bytes, requestedBytes }: Chunk, sign: 1 | -1): void {
    this.inUseBytes += sign * bytes;
    this.requestedBytes += sign * requestedBytes;
    this.roundedBytes += sign * roundedBytes(requestedBytes);
  }
}
