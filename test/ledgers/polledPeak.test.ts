import { expect, test } from 'vitest';
import { PolledPeak } from '../../src/ledgers/polledPeak.ts';

/** Reads these values one after the other, as the worker does, and ends. */
function look(peak: PolledPeak, ...values: (number | (() => number))[]): void {
  const left = [...values];
  new PolledPeak(peak.shared).run(() => {
    const next = left.shift() ?? null;
    return typeof next === 'function' ? next() : next;
  }, 0);
}

test('the maximum since the last mark, which is never below the level', () => {
  const peak = new PolledPeak();
  expect(peak.mark(10)).toBe(10);
  look(peak, 30, 70, 50);
  expect(peak.mark(40)).toBe(70);
  expect(peak.mark(35)).toBe(40); // it began at the level of the mark before
  expect(peak.mark(90)).toBe(90);
});

test('a reading that a mark overtakes counts for neither side', () => {
  const peak = new PolledPeak();
  peak.mark(40);
  look(peak, () => {
    peak.mark(40); // the same level again: only the number of the mark differs
    return 99;
  });
  expect(peak.mark(20)).toBe(40);
});

test('a worker that sees nothing, or fails, is not polling', () => {
  const blind = new PolledPeak();
  look(blind);
  expect(blind.started(1000)).toBe(false);
  const failing = new PolledPeak();
  const fail = () => {
    throw new Error('lost');
  };
  expect(() => look(failing, fail)).toThrow('lost');
  expect(failing.polling).toBe(false);
});
