/** When memory that ran out beside others is no result. */
import { expect, test } from 'vitest';
import type { PartialConfig } from '../../src/config/schema.ts';
import { mayBeOthersDoing } from '../../src/runner/sweep.ts';
import { exampleConfig, measuredRecord, unmeasuredRecord } from '../records/exampleRecord.ts';

const exhausted = (runtime: PartialConfig['runtime']) => unmeasuredRecord('out-of-memory', exampleConfig({ runtime }));

test.each<[string, PartialConfig['runtime'], boolean]>([
  ['a GPU is shared', { device: 'gpu', allocator: 'bfc' }, true],
  ['so it is where each takes part of it', { device: 'gpu', allocator: 'bfc', memoryLimitMiB: 64 }, true],
  ['so is the memory of a machine', { device: 'cpu', allocator: 'malloc' }, true],
  ['a limit on a CPU is its own', { device: 'cpu', allocator: 'bfc', memoryLimitMiB: 64 }, false],
])('%s', (_, runtime, may) => {
  expect(mayBeOthersDoing(exhausted(runtime))).toBe(may);
});

test('what was measured is a result beside whomever', () => {
  const configuration = exampleConfig({ runtime: { device: 'gpu', allocator: 'bfc' } });
  expect(mayBeOthersDoing(measuredRecord([], { configuration }))).toBe(false);
});
