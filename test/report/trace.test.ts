import { describe, expect, test } from 'vitest';
import { traceText } from '../../src/report/trace.ts';
import { buffer, exampleTimeline } from './exampleTimeline.ts';
import { samples, sumsBesideRequested, traceEvents, traceProblems } from './traceFormat.ts';

const text = traceText(exampleTimeline(), 'L1 B1');
const events = traceEvents(text);
const bytes = (name: string) => samples(events, name).map((sample) => sample['bytes']);

test('is valid in the trace-event format', () => {
  expect(traceProblems(text)).toEqual([]);
});

test('names the process and the thread', () => {
  const metadata = events.filter(({ ph }) => ph === 'M');
  expect(metadata.map(({ name, args }) => [name, args['name']])).toEqual([
    ['process_name', 'memproof L1 B1, step 3'],
    ['thread_name', 'phases'],
  ]);
});

test('a phase lasts from its mark to the next', () => {
  const phases = events.filter(({ ph }) => ph === 'X').map(({ name, ts, dur }) => [name, ts, dur]);
  expect(phases).toEqual([
    ['forward', 0, 0],
    ['backward', 0, 15],
    ['optimizer', 15, 5],
  ]);
});

test('each ledger has a counter that samples its changes', () => {
  expect(bytes('requested')).toEqual([100, 500, 1100, 1200, 1100, 700, 100]);
  expect(bytes('buffers')).toEqual([100, 500, 1100, 700, 100]); // without scratch
  expect(bytes('allocated')).toEqual([256, 768, 1536, 1792, 1536, 1024, 256]);
});

test('the components add up to requested at every sample, and always are the same ones in the same order', () => {
  const components = samples(events, 'live bytes by component');
  expect(components[0]).toEqual({ attention: 0, weights: 100, gradients: 0, scratch: 0 });
  expect(components.at(-2)).toEqual({ attention: 0, weights: 100, gradients: 600, scratch: 0 });
  expect(new Set(components.map((sample) => Object.keys(sample).join())).size).toBe(1);
  for (const { sum, requested } of sumsBesideRequested(events)) expect(sum).toBe(requested);
});

test('the peak is an instant with its kernel', () => {
  const [peak] = events.filter(({ ph }) => ph === 'i');
  expect(peak).toMatchObject({ ts: 12, s: 'p', name: 'peak of requested: Sum' });
  expect(peak?.args).toEqual({ kernel: 'Sum', phase: 'backward', bytes: 1200 });
});

test('without known chunks there is no counter of allocated', () => {
  const [first, ...rest] = exampleTimeline().aliveAtStart;
  const unknown = {
    ...exampleTimeline(),
    aliveAtStart: [{ ...buffer('1', 100), ...first, allocatedBytes: null }, ...rest],
  };
  expect(samples(traceEvents(traceText(unknown)), 'allocated')).toEqual([]);
});

describe('the validator refuses', () => {
  const broken = (change: object) =>
    JSON.stringify({ displayTimeUnit: 'ms', traceEvents: [{ ...events.find(({ ph }) => ph === 'C'), ...change }] });
  test.each([
    ['a counter of text', { args: { bytes: '5' } }],
    ['a counter of nothing', { args: {} }],
    ['a time that is text', { ts: '1' }],
    ['a time before zero', { ts: -1 }],
    ['a phase type of no meaning', { ph: 'Q' }],
    ['a complete event without duration', { ph: 'X' }],
    ['an instant without scope', { ph: 'i' }],
    ['a missing process', { pid: null }],
  ])('%s', (_, change) => {
    expect(traceProblems(broken(change))).toHaveLength(1);
  });

  test('time that runs backwards on one track', () => {
    const counter = { ph: 'C', pid: 1, tid: 1, name: 'a', args: { bytes: 1 } };
    const two = [
      { ...counter, ts: 2 },
      { ...counter, ts: 1 },
    ];
    expect(traceProblems(JSON.stringify({ displayTimeUnit: 'ms', traceEvents: two }))).toHaveLength(1);
  });
});
