/** The smallest limit under which a run gets through, beside TensorFlow's own answer. It says no only after ten seconds of trying. */
import { expect, test } from 'vitest';
import { measuredOptions } from '../../src/allocator/measuredOptions.ts';
import { replay } from '../../src/allocator/replay.ts';
import { roundedBytes } from '../../src/allocator/rounding.ts';
import { smallestLimitMiB } from '../../src/allocator/smallestLimit.ts';
import { exampleConfig } from '../records/exampleRecord.ts';
import { realRun } from './realRun.ts';

const config = exampleConfig({
  model: { layers: 2, hiddenSize: 128, heads: 4, vocabularySize: 256 },
  batch: { size: 8, sequenceLength: 128 },
  step: { optimizer: 'adam' },
});
const limitedTo = (memoryLimitMiB: number) => ({ ...config, runtime: { ...config.runtime, memoryLimitMiB } });

test('TensorFlow gets through with the smallest limit, and with a MiB less fails at the same request', () => {
  const { events } = realRun(config);
  const smallestMiB = smallestLimitMiB(events, measuredOptions(config.runtime) ?? {});
  const enough = limitedTo(smallestMiB);
  const through = realRun(enough);
  expect([through.refused, through.readings.at(-1)?.bytesLimit]).toEqual([null, smallestMiB * 2 ** 20]);
  const met = replay(events, measuredOptions(enough.runtime) ?? {});
  expect(met.marks.map(({ peakBytes }) => peakBytes)).toEqual(through.readings.map((at) => at.peakBytesInUse));

  const tooLittle = limitedTo(smallestMiB - 1);
  const failed = realRun(tooLittle);
  const { outOfMemory, marks } = replay(events, measuredOptions(tooLittle.runtime) ?? {});
  if (outOfMemory === null) throw new Error('the smallest limit is not the smallest');
  const { index, bytes, charge, poolBytes } = outOfMemory;
  expect(index).toBe(failed.chunks.size);
  expect({ roundedBytes: roundedBytes(bytes), inUseBytes: poolBytes - charge.freeBytes, poolBytes }).toEqual(
    failed.refused,
  );
  expect(marks.map(({ levelBytes }) => levelBytes)).toEqual(failed.readings.map(({ bytesInUse }) => bytesInUse));
});
