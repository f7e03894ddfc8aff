/** A level, its maximum since the last mark, and how things looked at both. Shared by the ledgers that see every event. */
import type { ComponentBytes } from '../records/measurement.ts';
import type { Breakdown } from './breakdown.ts';
import type { Instant, MarkReading } from './reading.ts';

export class HighWater {
  private levelBytes = 0;
  private peakBytes = 0;
  private peakKernel: string | null = null;
  private peakComponent: ComponentBytes['component'] | null = null;
  private peakInstant: Instant | null = null;
  private readonly readings: MarkReading[] = [];
  private readonly look: () => Instant;
  private readonly components: Breakdown | null;

  /** `look` describes this instant but for its `components`; it is called at marks and at maxima. */
  constructor(look: () => Instant = () => ({}), components: Breakdown | null = null) {
    this.look = look;
    this.components = components;
  }

  get level(): number {
    return this.levelBytes;
  }

  /** Adds `bytes` (negative when freed); `kernel` and `component` are remembered if this is a new maximum. */
  add(bytes: number, kernel: string, component: ComponentBytes['component'] | null = null): void {
    if (bytes < 0) this.keepPeak();
    this.levelBytes += bytes;
    if (this.levelBytes <= this.peakBytes) return;
    this.peakBytes = this.levelBytes;
    this.peakKernel = kernel;
    this.peakComponent = component;
    this.peakInstant = null;
  }

  set(levelBytes: number, kernel: string): void {
    this.add(levelBytes - this.levelBytes, kernel);
  }

  /** To be called before anything changes that `look` shows: a maximum is described once, when it is about to pass. */
  keepPeak(): void {
    if (this.peakInstant !== null || this.levelBytes !== this.peakBytes) return;
    this.peakInstant = this.look();
    this.components?.pin();
  }

  /** Notes a reading and starts a new maximum at the present level. */
  mark(mark: string): void {
    this.keepPeak();
    const { levelBytes, peakBytes, peakKernel, peakComponent } = this;
    const { components } = this;
    const peak = { ...(components !== null && { components: components.unpin() }), ...this.peakInstant };
    const level = { ...(components !== null && { components: components.copy() }), ...this.look() };
    this.readings.push({ mark, levelBytes, peakBytes, peakKernel, peakComponent, level, peak });
    this.peakBytes = levelBytes;
    this.peakKernel = null;
    this.peakComponent = null;
    this.peakInstant = null;
  }

  stop(): readonly MarkReading[] {
    return this.readings;
  }
}
