/** The replay beside the allocator itself: real training steps on TensorFlow, request by request. */
import { expect, test } from 'vitest';
import { measuredOptions } from '../../src/allocator/measuredOptions.ts';
import { ranked } from '../../src/allocator/regionOrder.ts';
import { type ReplayedMark, replay } from '../../src/allocator/replay.ts';
import type { RequestEvent } from '../../src/allocator/requestEvent.ts';
import type { PartialConfig } from '../../src/config/schema.ts';
import { expectedMarks } from '../../src/measure/marks.ts';
import type { AllocatorReading } from '../../src/runtime/allocatorStatistics.ts';
import { exampleConfig } from '../records/exampleRecord.ts';
import { type RealRun, realRun } from './realRun.ts';

const size = (hiddenSize: number, heads: number, vocabularySize: number, layers = 2) => ({
  ...{ hiddenSize, heads, vocabularySize, layers },
});
const batch = (size: number, sequenceLength: number) => ({ size, sequenceLength });

/** Shapes from one region to seven, every way to keep tensors and to go back, both widths. */
const CONFIGURATIONS: readonly (PartialConfig & { readonly title: string })[] = [
  { title: 'one region', model: size(32, 4, 50), batch: batch(2, 16) },
  {
    title: 'freeing, odd sizes',
    model: { ...size(24, 3, 37, 3), feedForwardSize: 60 },
    batch: batch(3, 10),
    step: { backward: 'freeing' },
  },
  { title: 'minimal', model: size(64, 8, 100), batch: batch(4, 64), step: { savedTensors: 'minimal' } },
  {
    title: 'minimal, freeing, mixed float16',
    model: size(64, 4, 100),
    batch: batch(4, 32),
    step: { savedTensors: 'minimal', backward: 'freeing', precision: 'mixed-float16' },
  },
  {
    title: 'autocast bfloat16',
    model: size(48, 2, 80),
    batch: batch(2, 48),
    step: { precision: 'autocast-bfloat16' },
  },
  { title: 'seven regions', model: size(128, 4, 256), batch: batch(8, 128) },
  {
    title: 'encoder-decoder, dropout, checkpoints, micro-batches',
    model: { ...size(64, 4, 128), architecture: 'encoder-decoder', dropout: 0.1 },
    batch: batch(4, 48),
    step: { optimizer: 'adamw', checkpointing: 'block', microBatches: 2 },
  },
];

/** What TensorFlow's statistics have, too. */
const counted = ({ levelBytes, peakBytes, poolBytes, allocations, largestChunkBytes }: ReplayedMark) => ({
  ...{ levelBytes, peakBytes, poolBytes, allocations, largestChunkBytes },
});
const countedByTensorFlow = ({
  bytesInUse,
  peakBytesInUse,
  poolBytes,
  numAllocs,
  largestAllocBytes,
}: AllocatorReading) => ({
  ...{ levelBytes: bytesInUse, peakBytes: peakBytesInUse, poolBytes },
  ...{ allocations: numAllocs, largestChunkBytes: largestAllocBytes },
});

/** At the end of a process everything is freed, which the log's reader only tells at a mark. */
const untilLastMark = (events: readonly RequestEvent[]): readonly RequestEvent[] =>
  events.slice(0, events.findLastIndex(({ kind }) => kind === 'mark') + 1);

/** How often each region lies above others, in the order in which they were taken. */
const ranks = (regions: RealRun['regions']): number[] => ranked(regions).map(({ rank }) => rank);

test.each(CONFIGURATIONS)('five steps, chunk by chunk: $title', ({ title: _, ...partial }) => {
  const config = exampleConfig({ ...partial, step: { optimizer: 'adam', ...partial.step } });
  const options = measuredOptions(config.runtime) ?? {};
  const real = realRun(config);
  const chunks = new Map<string, unknown>();
  const regionOrder = real.regions.map(({ address }) => address);
  const replayed = replay(real.events, { ...options, regionOrder }, (id, chunk) => chunks.set(id, chunk));
  expect(real.chunks.size).toBeGreaterThan(4000);
  expect(chunks).toEqual(real.chunks);
  expect(replayed.regions).toEqual(real.regions);
  expect(replayed.marks.map(({ mark }) => mark)).toEqual(expectedMarks(3, config.step));
  expect(replayed.marks.map(counted)).toEqual(real.readings.map(countedByTensorFlow));

  // Without a word of the allocator itself: what the log tells of the requests, and the rule for regions.
  const predicted = replay(untilLastMark(real.logged), options);
  expect(predicted.marks).toEqual(replayed.marks);
  expect(ranks(predicted.regions)).toEqual(ranks(real.regions));
});

test('where malloc has its own threshold, as in a process that measures time, the first region comes from the heap', () => {
  const config = exampleConfig({ model: size(64, 8, 100), batch: batch(4, 64), step: { savedTensors: 'minimal' } });
  const real = realRun(config, { variables: { MALLOC_MMAP_THRESHOLD_: undefined } });
  const chunks = new Map<string, number>();
  const options = { ...measuredOptions(config.runtime), regionOrder: 'heap-first' } as const;
  const replayed = replay(real.events, options, (id, { chunkBytes }) => chunks.set(id, chunkBytes));
  expect(ranks(real.regions)).toEqual([0, 2, 1]);
  expect(replayed.marks.map(counted)).toEqual(real.readings.map(countedByTensorFlow));
  expect([...chunks.values()]).toEqual([...real.chunks.values()].map(({ chunkBytes }) => chunkBytes));
});
