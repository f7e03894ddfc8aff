/** Several configurations at once: when memory that ran out is no result, and what becomes of the others when one fails. */
import { expect, test } from 'vitest';
import type { PartialConfig } from '../../src/config/schema.ts';
import { probeRuntime } from '../../src/runner/environment.ts';
import { mayBeOthersDoing, type ProgressEvent, runSweep } from '../../src/runner/sweep.ts';
import { exampleConfig, measuredRecord, unmeasuredRecord } from '../records/exampleRecord.ts';
import { measuringChildrenOf } from './measuringChildren.ts';

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

test('where one fails the others have ended before it is told', async () => {
  const { signal } = new AbortController();
  const facts = await probeRuntime('javascript', 'cpu', signal);
  const configs = [1, 2, 3].map((layers) =>
    exampleConfig({ model: { layers }, runtime: { backend: 'javascript', device: 'cpu' } }),
  );
  const events: ProgressEvent[] = [];
  const sweep = runSweep(configs, {
    ...{ facts, repeats: 1, timeoutMs: 0, jobs: 2, abort: signal, earlier: [] },
    append: () => {
      throw new Error('the disk is full');
    },
    onEvent: (event) => events.push(event),
  });
  await expect(sweep).rejects.toThrow('the disk is full');
  expect(measuringChildrenOf(process.pid)).toEqual([]);
  expect(events.filter(({ kind }) => kind === 'started')).toHaveLength(2); // no third
  expect(events.filter(({ kind }) => kind === 'finished')).toEqual([]);
}, 30_000);
