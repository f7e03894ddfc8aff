/** Times of the allocation log → µs since the first event of a step. */
const DAY_US = 24 * 60 * 60 * 1e6;

export class StepClock {
  private originUs: number | null = null;
  private lastUs = 0;

  /** `timeUs` is the log's: µs of the day. What has no time happened when the event before it did. */
  at(timeUs: number | null): number {
    if (timeUs === null) return this.lastUs;
    this.originUs ??= timeUs;
    const elapsedUs = timeUs - this.originUs;
    const pastMidnight = elapsedUs < -DAY_US / 2;
    // Threads take their time stamps before they write: a line may be stamped a little earlier than the one above it.
    this.lastUs = Math.max(this.lastUs, pastMidnight ? elapsedUs + DAY_US : elapsedUs);
    return this.lastUs;
  }
}
