/** The rules one by one, in a pool that is small enough to follow by eye. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Allocated, BfcAllocator, type BfcOptions } from '../../src/allocator/bfc.ts';

const KIBIBYTE = 2 ** 10;
const MEBIBYTE = 2 ** 20;

const onePool = (limitBytes = 64 * KIBIBYTE) => new BfcAllocator({ limitBytes, growth: false, regionOrder: [0x10000] });

function take(allocator: BfcAllocator, id: string, bytes: number): Allocated {
  const answer = allocator.allocate(id, bytes);
  if ('outOfMemory' in answer) throw new Error(`no room for ${id}`);
  return answer;
}

test('a request gets a multiple of 256 bytes from the front of the chunk', () => {
  const allocator = onePool();
  expect(take(allocator, 'a', 1)).toEqual({ address: 0x10000, chunkBytes: 256 });
  expect(take(allocator, 'b', 257)).toEqual({ address: 0x10100, chunkBytes: 512 });
  expect(allocator.charge).toEqual({ requestedBytes: 258, roundingBytes: 510, slackBytes: 0, freeBytes: 65536 - 768 });
});

/** A pool with holes of so many units of 256 bytes, in this order of addresses, and a unit in use behind each. */
function withHoles(...units: number[]): BfcAllocator {
  let address = 0x10000;
  const live = units.map((unit, index) => {
    const kept = { id: `kept ${index}`, address: address + unit * 256, chunkBytes: 256, requestedBytes: 256 };
    address = kept.address + kept.chunkBytes;
    return kept;
  });
  const bytes = address - 0x10000;
  return new BfcAllocator({ limitBytes: bytes, layout: { regions: [{ address: 0x10000, bytes }], live } });
}

test('the smallest free chunk that fits, and of equals the lowest', () => {
  const allocator = withHoles(9, 5, 4, 5, 4);
  expect(take(allocator, 'a', 4 * 256).address).toBe(0x10000 + 16 * 256);
  expect(take(allocator, 'b', 4 * 256).address).toBe(0x10000 + 27 * 256);
  expect(take(allocator, 'c', 4 * 256)).toEqual({ address: 0x10000 + 10 * 256, chunkBytes: 5 * 256 });
});

test('a chunk is split where the rest is as large as the request', () => {
  expect(take(withHoles(7), 'a', 4 * 256).chunkBytes).toBe(7 * 256);
  expect(take(withHoles(8), 'a', 4 * 256).chunkBytes).toBe(4 * 256);
});

test('a chunk is split where the rest would be 128 MiB or more', () => {
  const chunkOf = (poolMiB: number) => take(onePool(poolMiB * MEBIBYTE), 'a', 200 * MEBIBYTE).chunkBytes;
  expect([chunkOf(327), chunkOf(328)]).toEqual([327 * MEBIBYTE, 200 * MEBIBYTE]);
});

test.each([
  ['before', ['b', 'a', 'c']],
  ['behind', ['c', 'a', 'b']],
  ['on both sides', ['a', 'c', 'b']],
])('free memory %s becomes one', (_, order) => {
  const allocator = onePool(4 * 256);
  for (const id of ['a', 'b', 'c', 'kept']) take(allocator, id, 256);
  for (const id of order) allocator.free(id);
  expect(take(allocator, 'all', 3 * 256)).toEqual({ address: 0x10000, chunkBytes: 768 });
});

test('chunks of two regions never become one, even where the regions touch', () => {
  const allocator = new BfcAllocator({ regionOrder: [2 * MEBIBYTE, 4 * MEBIBYTE] });
  take(allocator, 'a', 2 * MEBIBYTE);
  take(allocator, 'b', 4 * MEBIBYTE);
  allocator.free('a');
  allocator.free('b');
  expect([allocator.poolBytes, allocator.largestFreeBytes]).toEqual([6 * MEBIBYTE, 4 * MEBIBYTE]);
});

const regionsMiB = (options: BfcOptions, requestsMiB: readonly number[]): number[] => {
  const allocator = new BfcAllocator(options);
  for (const [index, mebibytes] of requestsMiB.entries()) allocator.allocate(String(index), mebibytes * MEBIBYTE);
  return allocator.regions.map(({ bytes }) => bytes / MEBIBYTE);
};

test('regions double, and one that is doubled for its request is followed by an equal one', () => {
  expect(regionsMiB({}, [1, 1, 1, 4, 8])).toEqual([2, 4, 8, 16]);
  expect(regionsMiB({}, [3, 3, 3])).toEqual([4, 4, 8]);
  expect(regionsMiB({}, [100, 100, 100])).toEqual([128, 128, 256]);
});

test('the last region is what the limit leaves', () => {
  expect(regionsMiB({ limitBytes: 9 * MEBIBYTE }, [2, 4, 3, 1])).toEqual([2, 4, 3]);
  expect(regionsMiB({ limitBytes: MEBIBYTE }, [1])).toEqual([1]);
});

test('a region that the system does not have is asked for again a tenth smaller', () => {
  const regions = (freeMiB: number): number[] => {
    const allocator = new BfcAllocator({ systemBytes: 126 * MEBIBYTE + freeMiB * MEBIBYTE });
    for (const mebibytes of [2, 4, 8, 16, 32, 64, 50]) allocator.allocate(String(mebibytes), mebibytes * MEBIBYTE);
    return allocator.regions.map(({ bytes }) => bytes).slice(6);
  };
  // As TensorFlow 2.18.1 took them where the address space of its process was limited to 2 140 000, 2 120 000, … KiB.
  expect([128, 116, 104, 94, 76].map(regions)).toEqual([
    [134_217_728],
    [120_796_160],
    [108_716_544],
    [97_844_992],
    [79_254_784],
  ]);
  expect(regions(49)).toEqual([]);
});

test('out of memory is an answer, which says what was asked for and how things stood', () => {
  const allocator = withHoles(4, 4);
  const answer = allocator.allocate('large', 5 * 256 - 1);
  expect(answer).toEqual({
    outOfMemory: {
      ...{ index: 0, id: 'large', bytes: 1279, limitBytes: 2560, poolBytes: 2560, largestFreeBytes: 1024 },
      charge: { requestedBytes: 512, roundingBytes: 0, slackBytes: 0, freeBytes: 2048 },
    },
  });
  expect(take(allocator, 'large', 1024).chunkBytes).toBe(1024); // the name was not taken
});

test('with garbage collection, regions in which nothing lives are given back before memory is out', () => {
  const after = (garbageCollection: boolean) => {
    const allocator = new BfcAllocator({ limitBytes: 12 * MEBIBYTE, garbageCollection });
    take(allocator, 'kept', MEBIBYTE); // in the region of 2 MiB
    take(allocator, 'freed', 4 * MEBIBYTE); // in one of its own
    allocator.free('freed');
    return 'outOfMemory' in allocator.allocate('large', 10 * MEBIBYTE)
      ? null
      : allocator.regions.map(({ bytes }) => bytes);
  };
  expect([after(false), after(true)]).toEqual([null, [2 * MEBIBYTE, 10 * MEBIBYTE]]);
});

test('a request for nothing gets nothing', () => {
  const allocator = onePool();
  expect(take(allocator, 'a', 0)).toEqual({ address: 0, chunkBytes: 0 });
  allocator.free('a');
  expect([allocator.inUseBytes, allocator.poolBytes]).toEqual([0, 0]);
});

test('what cannot be is refused', () => {
  const allocator = onePool();
  take(allocator, 'a', 1);
  expect(() => allocator.allocate('a', 1)).toThrow('"a" is live already');
  expect(() => allocator.free('b')).toThrow('"b" is not live');
  expect(() => allocator.allocate('b', 0.5)).toThrow('0.5 bytes');
  expect(() => new BfcAllocator({ regionOrder: [] }).allocate('a', 1)).toThrow('a region is needed after the 0');
});

test('a pool that is there already', () => {
  const layout = {
    regions: [{ address: 4096, bytes: 2048 }],
    live: [
      { id: 'b', address: 4096 + 1024, chunkBytes: 512, requestedBytes: 500 },
      { id: 'a', address: 4096, chunkBytes: 256, requestedBytes: 256 },
    ],
  };
  const allocator = new BfcAllocator({ layout });
  expect(allocator.charge).toEqual({ requestedBytes: 756, roundingBytes: 12, slackBytes: 0, freeBytes: 1280 });
  expect(take(allocator, 'c', 400)).toEqual({ address: 4096 + 1536, chunkBytes: 512 });
  allocator.free('a');
  expect(allocator.largestFreeBytes).toBe(1024);
  const [region] = layout.regions;
  const overlapping = [...layout.live, { id: 'c', address: 4096 + 1280, chunkBytes: 256, requestedBytes: 1 }];
  expect(() => new BfcAllocator({ layout: { regions: region ? [region] : [], live: overlapping } })).toThrow(
    'reaches beyond',
  );
});

test('whatever is asked: chunks never overlap, causes add up to the pool, and what is all free is whole again', () => {
  const request = fc.record({ bytes: fc.integer({ min: 1, max: 3 * MEBIBYTE }), freed: fc.nat() });
  const order = fc.constantFrom('ascending', 'descending', 'heap-first', 'cuda');
  fc.assert(
    fc.property(fc.array(request, { maxLength: 200 }), order, (requests, regionOrder) => {
      const allocator = new BfcAllocator({ regionOrder });
      const live = new Map<string, Allocated>();
      for (const [index, { bytes, freed }] of requests.entries()) {
        live.set(String(index), take(allocator, String(index), bytes));
        const victim = freed % 2 === 0 ? undefined : [...live.keys()][freed % live.size];
        if (victim !== undefined && live.delete(victim)) allocator.free(victim);
        const ordered = [...live.values()].sort((a, b) => a.address - b.address);
        for (const [at, { address }] of ordered.entries()) {
          const before = ordered[at - 1];
          if (before !== undefined) expect(address).toBeGreaterThanOrEqual(before.address + before.chunkBytes);
        }
        const { requestedBytes, roundingBytes, slackBytes, freeBytes } = allocator.charge;
        expect(requestedBytes + roundingBytes + slackBytes + freeBytes).toBe(allocator.poolBytes);
        expect(allocator.inUseBytes).toBe(ordered.reduce((sum, { chunkBytes }) => sum + chunkBytes, 0));
      }
      for (const id of live.keys()) allocator.free(id);
      expect(allocator.largestFreeBytes).toBe(Math.max(0, ...allocator.regions.map(({ bytes }) => bytes)));
    }),
  );
});
