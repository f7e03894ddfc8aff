import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Clock, withDeadline } from '../../src/campaign/clock.ts';

beforeEach(() => vi.useFakeTimers({ toFake: ['performance', 'setTimeout'] }));
afterEach(() => vi.useRealTimers());

const lasting = (clock: Clock, ms: number) => clock.timed(async () => void vi.advanceTimersByTime(ms));

it('begins nothing that would not be done in time, as far as can be known', async () => {
  const clock = new Clock(1); // 55 s and a report
  expect(clock.leftMs).toBe(55_000);
  expect(clock.allows(60_000)).toBe(false);
  expect(clock.allows(10_000)).toBe(true);
  await lasting(clock, 20_000);
  expect(clock.leftMs).toBe(35_000);
  expect(clock.allows(10_000)).toBe(true);
  await lasting(clock, 12_000);
  expect(clock.allows(10_000)).toBe(false); // 23 s are left, and the longest took 20
  clock.nextKind();
  expect(clock.allows(10_000)).toBe(true);
});

it('a failure counts as time too', async () => {
  const clock = new Clock(1);
  const failing = clock.timed(async () => {
    vi.advanceTimersByTime(30_000);
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  expect(clock.allows(0)).toBe(false);
});

it('takes what is measured for what it is: after the first of a kind the guess is forgotten', async () => {
  const clock = new Clock(1);
  await lasting(clock, 4_000);
  vi.advanceTimersByTime(40_000);
  expect(clock.leftMs).toBe(11_000);
  expect(clock.allows(30_000)).toBe(true);
});

it('what runs is stopped when the time is over, or when the user says so', async () => {
  vi.useRealTimers(); // AbortSignal.timeout has a timer of its own
  const { signal } = new AbortController();
  const almostOver = withDeadline(signal, new Clock((5_000 + 50) / 60_000)); // what the report needs, and 50 ms
  expect(almostOver.aborted).toBe(false);
  await new Promise((resolve) => almostOver.addEventListener('abort', resolve));
  expect([almostOver.aborted, signal.aborted]).toEqual([true, false]);
  expect(withDeadline(AbortSignal.abort(), new Clock(1)).aborted).toBe(true);
});
