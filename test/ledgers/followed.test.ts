/** The allocator that is followed and TensorFlow's allocation log tell the same story where the log is complete: on a CPU. */
import { expect, test } from 'vitest';
import { LogReader } from '../../src/ledgers/logReader.ts';
import { RequestedCounter } from '../../src/ledgers/requested.ts';
import type { TimelineEvent } from '../../src/ledgers/timeline.ts';
import { exampleConfig } from '../records/exampleRecord.ts';
import { followedLines } from './followedRun.ts';

function read(lines: readonly string[]) {
  const requested = new RequestedCounter();
  const events: TimelineEvent[] = [];
  const log = new LogReader((event) => {
    events.push(event);
    requested.event(event);
  });
  for (const line of lines) log.line(line);
  expect([log.damagedLines, log.unknownDeallocations]).toEqual([0, 0]);
  return { requested: requested.readings(), events };
}

/** Without ids, which each side gives by itself, and times. */
const told = (events: readonly TimelineEvent[]) =>
  events.map((event) => {
    if (event.kind === 'mark') return event.mark;
    const { requestedBytes, allocatedBytes, kernel, role, handle, place } = event.allocation;
    return { kind: event.kind, requestedBytes, allocatedBytes, kernel, role, handle, place };
  });

const isFollowed = (line: string): boolean => /^@@memproof \{"kind":"(taken|returned)"/.test(line);

test.each([
  ['bfc', 'bfc_cpu_allocator_for_gpu'],
  ['malloc', 'cpu'],
] as const)('every request of a training step, its chunk, kernel and end (%s)', (allocator, name) => {
  const config = { ...exampleConfig(), runtime: { ...exampleConfig().runtime, allocator } };
  const lines = followedLines(config, { observation: 'allocation-log' });
  const logged = read(lines.filter((line) => !isFollowed(line)));
  const followed = read([`@@memproof {"kind":"followed","allocator":"${name}"}`, ...lines]);
  expect(followed.requested).toEqual(logged.requested);
  expect(told(followed.events)).toEqual(told(logged.events));
  expect(logged.events.length).toBeGreaterThan(3000);
  const numbers = lines.filter(isFollowed).flatMap((line) => JSON.parse(line.slice('@@memproof '.length)).number);
  expect(numbers.toSorted((a, b) => a - b)).toEqual(numbers.map((_, index) => index + 1));
});
