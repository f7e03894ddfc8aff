/**
 * The replay beside a real GPU: steps that an H200 ran (results/baselines/nvidia-h200), whose timelines tell where every buffer lay. They do
 * not tell where regions begin. Their sizes are those that make up the pool (2 MiB, 4 MiB, 8 MiB and so on), and what was touched leaves few
 * places: 2 ways to lay out each of the small pools and 24 for the large one were tried. In each pool this way gives every request the chunk
 * that it got, and no other does; only 501f153b4853 would allow the other one, too.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { nextAddress, type Region } from '../../src/allocator/regionOrder.ts';
import { replay } from '../../src/allocator/replay.ts';
import { roundedBytes } from '../../src/allocator/rounding.ts';
import { isSplit } from '../../src/allocator/split.ts';
import { addressOf, laidOutAtStart, storedRequests } from '../../src/allocator/storedTimeline.ts';
import { isOwn } from '../../src/records/judged.ts';
import type { MeasuredRecord } from '../../src/records/measurement.ts';
import { readRecords } from '../../src/records/store.ts';
import { type StoredTimeline, timelineSchema } from '../../src/records/timeline.ts';

const MEBIBYTE = 2 ** 20;

/** Of the regions, in the order in which they were taken: MiB, and MiB above the lowest address of the step. */
const REGIONS: Readonly<Record<string, readonly (readonly [sizeMiB: number, atMiB: number])[]>> = {
  '501f153b4853': [
    [2, 0],
    [4, 8],
    [8, 12],
  ],
  '5eab98cc38ff': [
    [2, 0],
    [4, 8],
    [8, 12],
  ],
  b44cf9208213: [
    [2, 0],
    [4, 8],
    [8, 12],
  ],
  fbc0f925b654: [
    ...([
      [2, 5832],
      [4, 5834],
      [8, 5838],
      [16, 2976],
      [32, 2848],
    ] as const),
    ...([
      [64, 2784],
      [128, 2592],
      [256, 2336],
      [512, 1792],
      [1024, 0],
    ] as const),
  ],
};

const committed = (path: string): string =>
  fileURLToPath(new URL(`../../results/baselines/nvidia-h200/${path}`, import.meta.url));

function timelineOf(configId: string): StoredTimeline {
  return timelineSchema.parse(JSON.parse(readFileSync(committed(`timelines/${configId}.json`), 'utf8')));
}

const records = readRecords(committed('kernels.jsonl')).records.filter(isOwn);

function recordOf({ configId, startedAt }: StoredTimeline): MeasuredRecord {
  const record = records.find((one) => one.configId === configId && one.startedAt === startedAt);
  if (record?.outcome !== 'measured') throw new Error(`there is no record of ${configId}`);
  return record;
}

/** What the allocator gave, by id. */
const given = (timeline: StoredTimeline): Map<string, { address: number | null; chunkBytes: number | null }> =>
  new Map(
    timeline.events.flatMap((event) =>
      event.kind === 'allocated'
        ? [[event.buffer.id, { address: addressOf(event.buffer), chunkBytes: event.buffer.allocatedBytes }] as const]
        : [],
    ),
  );

const ranks = (regions: readonly Region[]): number[] =>
  regions.map(({ address }) => regions.filter((other) => other.address < address).length);

test.each(Object.entries(REGIONS))('every chunk of a step of an H200: %s', (configId, laid) => {
  const timeline = timelineOf(configId);
  const live = laidOutAtStart(timeline) ?? [];
  const real = given(timeline);
  const lowest = Math.min(...[...live, ...real.values()].map(({ address }) => address ?? Number.NaN));
  const regions = laid.map(([sizeMiB, atMiB]) => ({ address: lowest + atMiB * MEBIBYTE, bytes: sizeMiB * MEBIBYTE }));
  const chunks = new Map<string, unknown>();
  const { marks, ...end } = replay(storedRequests(timeline), { layout: { regions, live } }, (id, chunk) =>
    chunks.set(id, chunk),
  );
  expect(real.size).toBeGreaterThan(900);
  expect(chunks).toEqual(real);
  expect(end).toEqual({ outOfMemory: null, regions });

  const record = recordOf(timeline);
  const measured = (quantity: string): number | undefined =>
    record.readings.find((at) => at.ledger === 'allocated' && at.step === timeline.step && at.quantity === quantity)
      ?.bytes;
  const [m0, m1, m2, m3] = marks;
  expect([m0?.levelBytes, m1?.peakBytes, m2?.peakBytes, m2?.levelBytes, m3?.peakBytes]).toEqual(
    ['steady', 'forward-peak', 'backward-peak', 'gradients-held', 'optimizer-peak'].map(measured),
  );
  const freeBytes = record.reconciliation.find(
    ({ part, quantity }) => part === 'pool-free' && quantity === 'steady',
  )?.bytes;
  expect(m0?.level.freeBytes).toBe(freeBytes);
});

test.each(Object.values(REGIONS))('the order of regions on an H200', (...laid) => {
  const real = laid.map(([sizeMiB, atMiB]) => ({ address: atMiB * MEBIBYTE, bytes: sizeMiB * MEBIBYTE }));
  const ruled: Region[] = [];
  for (const { bytes } of real) ruled.push({ address: nextAddress('cuda', ruled, bytes), bytes });
  expect(ranks(ruled)).toEqual(ranks(real));
});

test.each(Object.keys(REGIONS))('no chunk of a step of an H200 that the rules would have split: %s', (configId) => {
  const timeline = timelineOf(configId);
  const buffers = [
    ...timeline.aliveAtStart,
    ...timeline.events.flatMap((event) => (event.kind === 'allocated' ? [event.buffer] : [])),
  ];
  const wrong = buffers.filter(({ requestedBytes, allocatedBytes }) => {
    const rounded = roundedBytes(requestedBytes);
    return allocatedBytes === null || allocatedBytes < rounded || isSplit(allocatedBytes, rounded);
  });
  expect(wrong).toEqual([]);
});
