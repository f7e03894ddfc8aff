import { expect, test } from 'vitest';
import { thinned } from '../../../src/report/html/timelineSamples.ts';
import { stepPeak } from '../../../src/report/replay.ts';
import { buffer, exampleTimeline } from '../exampleTimeline.ts';

test('of a short step every event is kept, with the kernel that was at work', () => {
  const { samples, marks } = thinned(exampleTimeline());
  const peak = samples.find(({ bytes }) => bytes === 1200);
  expect(peak).toMatchObject({ kernel: 'Sum', phase: 'backward', timeUs: 12 });
  expect(marks.map(({ mark }) => mark)).toEqual(['m0', 'm1', 'm2', 'm3']);
});

test('of a long step a few hundred instants are kept, and the peak of one event is among them', () => {
  const one = (index: number) =>
    buffer(`b${index}`, index === 3777 ? 1_000_000 : 256, { kernel: index === 3777 ? 'Spike' : 'Add' });
  const events = Array.from({ length: 5000 }, (_, index) => [
    { kind: 'allocated' as const, timeUs: index, phase: 'forward' as const, buffer: one(index) },
    { kind: 'freed' as const, timeUs: index, phase: 'forward' as const, id: `b${index}` },
  ]).flat();
  const timeline = exampleTimeline({ events });
  const { samples, components } = thinned(timeline);
  expect(samples.length).toBeLessThanOrEqual(400);
  const highest = samples.reduce((a, b) => (b.bytes > a.bytes ? b : a));
  expect(highest).toMatchObject({ kernel: 'Spike', bytes: stepPeak(timeline).requestedBytes });
  for (const { bytes, parts } of samples) expect(parts.reduce((a, b) => a + b)).toBe(bytes);
  expect(components).toEqual(['attention', 'weights']);
});
