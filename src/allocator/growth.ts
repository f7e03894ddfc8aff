/** How large the next region is (bfc_allocator.cc, the constructor and Extend). */
import { roundedBytes, UNIT_BYTES } from './rounding.ts';

/** The first region with growth. */
const FIRST_BYTES = 2 * 2 ** 20;
/** kBackpedalFactor, a float. */
const LESS = Math.fround(0.9);

export class Growth {
  private nextBytes: number;
  private readonly limitBytes: number;
  private readonly isObtainable: (bytes: number) => boolean;

  /** Without growth the first region is the limit. `isObtainable` says whether the system has one of so many bytes. */
  constructor(limitBytes: number, growth: boolean, isObtainable: (bytes: number) => boolean) {
    this.limitBytes = limitBytes;
    this.isObtainable = isObtainable;
    this.nextBytes = roundedBytes(growth ? Math.min(limitBytes, FIRST_BYTES) : limitBytes);
  }

  /** The next region's bytes, enough for a request of `rounded` bytes where there are regions of `poolBytes`; null if there can be none. */
  next(rounded: number, poolBytes: number): number | null {
    const availableBytes = Math.floor((this.limitBytes - poolBytes) / UNIT_BYTES) * UNIT_BYTES;
    if (rounded > availableBytes) return null;
    const isDoubled = rounded > this.nextBytes; // then the region after this one is no larger
    while (rounded > this.nextBytes) this.nextBytes *= 2;
    let bytes = Math.min(this.nextBytes, availableBytes);
    while (!this.isObtainable(bytes)) {
      const lessBytes = lessThan(bytes);
      if (lessBytes < rounded || lessBytes === bytes) return null; // below 2560 bytes rounding takes the tenth back: there is nothing to be had
      bytes = lessBytes;
    }
    if (!isDoubled) this.nextBytes *= 2;
    return bytes;
  }
}

/** `RoundedBytes(bytes * kBackpedalFactor)` in C++: the product of an integer and a float is a float. */
const lessThan = (bytes: number): number => roundedBytes(Math.trunc(Math.fround(Math.fround(bytes) * LESS)));
