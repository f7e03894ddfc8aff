/** A step of a few buffers by hand: forward makes one, backward another and scratch, the optimizer frees all but the weight. */
import type { StepEvent, StoredBuffer, StoredTimeline } from '../../src/records/timeline.ts';

export const buffer = (id: string, requestedBytes: number, more: Partial<StoredBuffer> = {}): StoredBuffer => ({
  id,
  kernel: 'Add',
  shape: [requestedBytes / 4],
  dtype: 'float32',
  requestedBytes,
  allocatedBytes: Math.ceil(requestedBytes / 256) * 256,
  bookedBytes: requestedBytes,
  component: 'attention',
  layer: 0,
  ...more,
});

const scratch = { shape: null, dtype: null, bookedBytes: 0, component: 'scratch' } as const;
const freed = (id: string, timeUs: number, phase: 'backward' | 'optimizer'): StepEvent => ({
  kind: 'freed',
  timeUs,
  phase,
  id,
});

/** 100 → 500 in forward, 1200 at the peak in backward. */
export const exampleTimeline = (more: Partial<StoredTimeline> = {}): StoredTimeline => ({
  version: 1,
  configId: '0123456789ab',
  startedAt: '2024-01-01T00:00:00.000Z',
  step: 3,
  aliveAtStart: [buffer('1', 100, { component: 'weights', layer: null, kernel: 'Fill' })],
  events: [
    { kind: 'mark', mark: 'm0', timeUs: 0 },
    { kind: 'allocated', timeUs: 0, phase: 'forward', buffer: buffer('2', 400) },
    { kind: 'mark', mark: 'm1', timeUs: 0 },
    { kind: 'allocated', timeUs: 10, phase: 'backward', buffer: buffer('3', 600, { kernel: 'MatMul' }) },
    { kind: 'allocated', timeUs: 12, phase: 'backward', buffer: buffer('4', 100, { ...scratch, kernel: 'Sum' }) },
    freed('4', 12, 'backward'),
    { kind: 'moved', timeUs: 12, phase: 'backward', id: '3', component: 'gradients', layer: null },
    freed('2', 15, 'backward'),
    { kind: 'mark', mark: 'm2', timeUs: 15 },
    freed('3', 20, 'optimizer'),
    { kind: 'mark', mark: 'm3', timeUs: 20 },
  ],
  heldAtPeak: { '1': ['variable w'], '2': ['tape of Mul', 'tape of Sum'] },
  ...more,
});
