import { describe, expect, it } from 'vitest';
import { isRight } from '../../src/campaign/knownAnswers.ts';
import { judgeMovement } from '../../src/campaign/movement.ts';
import { deviceSlug } from '../../src/campaign/slug.ts';
import { faults, type Smoke, smoke } from '../../src/campaign/smoke.ts';

describe('smoke, on the real TensorFlow', () => {
  it('finds every known answer and sees 1 MiB come and go', async () => {
    const smoked = await smoke('cpu', 'bfc');
    expect(smoked.device.kind).toBe('cpu');
    expect(smoked.answers).toHaveLength(8);
    expect(faults(smoked)).toEqual([]);
    expect(smoked.movement).toMatchObject({ right: true });
  });
});

describe('faults', () => {
  const answer = { name: 'product', expected: [19, 22], found: [19, 22], tolerance: 0 };
  const good: Smoke = {
    allocator: 'bfc',
    device: { kind: 'cpu', name: 'x', uuid: null },
    answers: [answer],
    movement: judgeMovement('bfc', 'GPU_0_bfc', 2 ** 20, 2 ** 20),
  };

  it('names a wrong answer with both values', () => {
    expect(faults(good)).toEqual([]);
    for (const found of [[19, 22.001], [19], [19, Number.NaN], [19, 22, 0]])
      expect(faults({ ...good, answers: [{ ...answer, found }] })).toEqual([
        `product: ${found.join(' ')} instead of 19 22`,
      ]);
    expect(isRight({ ...answer, found: [19, 22 + 1e-7], tolerance: 1e-6 })).toBe(true);
  });

  it.each([
    ['bfc', 'GPU_0_bfc', 2 ** 20, 2 ** 20, true],
    ['bfc', 'GPU_0_bfc', 2 ** 21 - 256, 2 ** 21 - 256, true], // a chunk that was not worth splitting
    ['bfc', 'GPU_0_bfc', 2 ** 21, 2 ** 21, false],
    ['bfc', 'GPU_0_bfc', 2 ** 20 + 4, 2 ** 20 + 4, false],
    ['bfc', 'GPU_0_bfc', 2 ** 20, 0, false],
    ['cuda_malloc_async', 'gpu_async_0', 2 ** 20, 2 ** 20, true],
    ['cuda_malloc_async', 'gpu_async_0', 2 ** 20 + 256, 2 ** 20 + 256, false],
    ['bfc', 'gpu_async_0', 2 ** 20, 2 ** 20, false], // another allocator than was asked for
  ])('%s, really %s: %i B come and %i B go: %s', (wanted, allocator, came, went, right) => {
    expect(judgeMovement(wanted, allocator, came, went).right).toBe(right);
    expect(faults({ ...good, movement: judgeMovement(wanted, allocator, came, went) })).toHaveLength(right ? 0 : 1);
  });

  it('does not call it wrong where nobody counts', () => {
    expect(faults({ ...good, movement: { reason: 'malloc does not count' } })).toEqual([]);
  });
});

it.each([
  [{ kind: 'gpu', name: 'NVIDIA H100 80GB HBM3' } as const, 'nvidia-h100-80gb-hbm3'],
  [{ kind: 'gpu', name: 'Tesla V100-SXM2-16GB' } as const, 'tesla-v100-sxm2-16gb'],
  [{ kind: 'cpu', name: 'Intel(R) Xeon(R) CPU @ 2.20GHz' } as const, 'cpu-intel-xeon-cpu-2-20ghz'],
  [{ kind: 'cpu', name: '' } as const, 'cpu-unknown'],
])('the folder of %o is %s', (device, slug) => expect(deviceSlug(device)).toBe(slug));
