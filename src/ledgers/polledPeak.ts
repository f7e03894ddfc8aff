/**
 * The maximum of a level that is looked at again and again by a worker thread, since the last mark; shared between that thread and the
 * one that measures, which is busy for the whole of a step. A reading that was under way while a mark was taken is dropped: it would
 * belong to either side, and the maximum of a phase must not be more than the phase had.
 */

/** One 64-bit word: how often a mark was taken in the upper bits, so that it never repeats, and the maximum in the lower ones (256 TiB). */
const BYTE_BITS = 48;
const BYTES_MASK = 2n ** BigInt(BYTE_BITS) - 1n;

const STARTING = 0;
const POLLING = 1;
const STOPPED = 2;

export class PolledPeak {
  readonly shared: SharedArrayBuffer;
  private readonly word: BigUint64Array;
  private readonly state: Int32Array;
  private marks = 0n;

  constructor(shared = new SharedArrayBuffer(16)) {
    this.shared = shared;
    this.word = new BigUint64Array(shared, 0, 1);
    this.state = new Int32Array(shared, 8, 1);
  }

  /** The worker's part: looks every `pauseMs` until it is told to stop, or until there is nothing to see. */
  run(read: () => number | null, pauseMs: number): void {
    try {
      while (this.poll(read)) {
        if (Atomics.compareExchange(this.state, 0, STARTING, POLLING) === STARTING) Atomics.notify(this.state, 0);
        if (Atomics.wait(this.state, 0, POLLING, pauseMs) !== 'timed-out') return;
      }
    } finally {
      this.stop();
    }
  }

  /** Waits until the worker has looked for the first time; false if it does not. */
  started(timeoutMs: number): boolean {
    Atomics.wait(this.state, 0, STARTING, timeoutMs);
    return this.polling;
  }

  get polling(): boolean {
    return Atomics.load(this.state, 0) === POLLING;
  }

  /** A mark: the maximum since the one before, and a new one begins at `levelBytes`. */
  mark(levelBytes: number): number {
    this.marks += 1n;
    const next = BigInt.asUintN(64, this.marks << BigInt(BYTE_BITS)) | BigInt(levelBytes);
    const before = Atomics.exchange(this.word, 0, next);
    return Math.max(Number(before & BYTES_MASK), levelBytes);
  }

  stop(): void {
    Atomics.store(this.state, 0, STOPPED);
    Atomics.notify(this.state, 0);
  }

  /** False if there was nothing to see. */
  private poll(read: () => number | null): boolean {
    const before = Atomics.load(this.word, 0);
    const bytes = read();
    if (bytes === null) return false;
    const seen = BigInt(bytes);
    if (seen > (before & BYTES_MASK)) Atomics.compareExchange(this.word, 0, before, (before & ~BYTES_MASK) | seen);
    return true;
  }
}
