/** A level, its maximum since the last mark, and what was running when the maximum was reached. Shared by all ledgers. */
import type { MarkReading } from './ledger.ts';

export class HighWater {
  private levelBytes = 0;
  private peakBytes = 0;
  private peakKernel: string | null = null;
  private readonly readings: MarkReading[] = [];

  /** Adds `bytes` (negative when freed); `kernel` is remembered if this is a new maximum. */
  add(bytes: number, kernel: string): void {
    this.set(this.levelBytes + bytes, kernel);
  }

  set(levelBytes: number, kernel: string): void {
    this.levelBytes = levelBytes;
    if (levelBytes <= this.peakBytes) return;
    this.peakBytes = levelBytes;
    this.peakKernel = kernel;
  }

  /** Notes a reading and starts a new maximum at the present level. */
  mark(mark: string): void {
    this.readings.push({ mark, levelBytes: this.levelBytes, peakBytes: this.peakBytes, peakKernel: this.peakKernel });
    this.peakBytes = this.levelBytes;
    this.peakKernel = null;
  }

  stop(): readonly MarkReading[] {
    return this.readings;
  }
}
