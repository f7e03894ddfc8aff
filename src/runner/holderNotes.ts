/** What keeps each live buffer at the maximum of a step. Holders only pile up in an allocation; here is known which of them still hold. */
import type { Allocation } from '../ledgers/timeline.ts';
import type { Phase } from '../records/quantity.ts';

const TAPE = /^tape /;

export class HolderNotes {
  private readonly live: ReadonlyMap<string, Allocation>;
  /** Holders that were named before the step began. */
  private readonly before = new Map<string, number>();
  private levelBytes = 0;
  private peakBytes = 0;
  private noted: Record<string, string[]> | null = null;

  constructor(live: ReadonlyMap<string, Allocation>) {
    this.live = live;
  }

  start(): void {
    for (const { id, heldBy, requestedBytes } of this.live.values()) {
      this.before.set(id, heldBy.length);
      this.levelBytes += requestedBytes;
    }
    this.peakBytes = this.levelBytes;
  }

  grow(bytes: number): void {
    this.levelBytes += bytes;
    if (this.levelBytes <= this.peakBytes) return;
    this.peakBytes = this.levelBytes;
    this.noted = null;
  }

  /** To be called before anything changes: a maximum is noted when it is about to pass, with the holders named meanwhile. */
  beforeChange(phase: Phase): void {
    if (this.noted !== null || this.levelBytes !== this.peakBytes) return;
    const held = [...this.live.values()].map(({ id, heldBy }) => [id, this.holders(id, heldBy, phase)] as const);
    this.noted = Object.fromEntries(held.filter(([, by]) => by.length > 0));
  }

  atPeak(): Record<string, string[]> {
    return this.noted ?? {};
  }

  /** A tape lives from forward to the end of backward: those of earlier steps are gone, and in the optimizer this one's is, too. */
  private holders(id: string, heldBy: readonly string[], phase: Phase): string[] {
    const old = this.before.get(id) ?? 0;
    const holding = heldBy.filter((by, index) => !TAPE.test(by) || (index >= old && phase !== 'optimizer'));
    return [...new Set(holding)];
  }
}
