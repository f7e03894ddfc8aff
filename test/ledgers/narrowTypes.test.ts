/** 16-bit buffers in the ledgers: four counts that know nothing of each other, and not a byte between them without a name. */
import { expect, test } from 'vitest';
import type { TimelineEvent } from '../../src/ledgers/timeline.ts';
import { stepMark } from '../../src/measure/marks.ts';
import { byMark, readQuantity } from '../../src/measure/quantities.ts';
import { reconcile } from '../../src/measure/reconciliation.ts';
import type { ReconciliationRow } from '../../src/records/measurement.ts';
import { underLog } from './underLog.ts';

const STEP = 3; // after two of warm-up
const PARAMETERS = 10 * 12 + 12 + 12 * 18 + 6 * 10 + 10; // of the network below

/**
 * Training steps of a network with everything that a block has: gathered rows, layer norm, attention with a mask and dropout, GELU. `cast`
 * says how: activations narrow and weights wide, all narrow, or all wide under the layer.
 */
function stepsUnderLog(
  type: 'float16' | 'bfloat16',
  cast: 'activations' | 'all' | 'none',
  allocator: 'bfc' | 'malloc',
) {
  return underLog(
    `
    const { sixteenBit } = await load('runtime/sixteenBit.js');
    const uncast = { narrow: (x) => x, widen: (x) => x };
    const { createOptimizer } = await load('training/optimizers.js');
    const { VariableGradients } = await load('training/gradients.js');
    const { retaining } = await load('training/retaining.js');
    const { trainingStep } = await load('training/step.js');
    const { filled, narrowed } = await load('model/variables.js');
    const { narrow, widen } = ${cast === 'none' ? '(sixteenBit(tf, runtime.native, "float16"), uncast)' : `sixteenBit(tf, runtime.native, '${type}')`};
    mark('start');
    const [B, S, H, V, d] = [2, 8, 12, 10, 6];
    const create = ${cast === 'all' ? 'narrowed(filled(tf), { narrow, widen })' : 'filled(tf)'};
    const [tokens, gain] = [create('tokens', [V, H], 'weight'), create('gain', [H], 'gain')];
    const [qkv, out] = [create('qkv', [H, 3 * d], 'weight'), create('out', [d, V], 'weight')];
    const bias = create('bias', [V], 'bias');
    mark('weights');
    const ids = tf.tensor1d(Int32Array.from({ length: B * S }, (_, i) => i % V), 'int32');
    const mask = tf.tensor2d(Float32Array.from({ length: S * S }, (_, i) => (i % S > Math.floor(i / S) ? -1e9 : 0)), [S, S]);
    const loss = () => tf.tidy(() => {
      const x = component('embedding', () => narrow(tf.gather(tokens, ids)));
      const normed = component('normalization', () => {
        const centred = tf.sub(widen(x), tf.mean(x, -1, true));
        return narrow(tf.mul(tf.mul(centred, tf.rsqrt(tf.add(tf.mean(tf.square(centred), -1, true), 1e-5))), gain));
      });
      const mixed = component('attention', () => {
        const [q, k, v] = tf.split(tf.matMul(normed, narrow(qkv)), 3, 1).map((part) => tf.reshape(part, [B, S, d]));
        const scores = tf.add(tf.mul(tf.matMul(q, k, false, true), 0.4), mask);
        return tf.reshape(tf.matMul(tf.dropout(narrow(tf.softmax(scores)), 0.1, undefined, 7), v), [B * S, d]);
      });
      const logits = component('head', () => {
        const u = tf.mul(tf.mul(mixed, 0.5), tf.add(tf.erf(tf.mul(mixed, Math.SQRT1_2)), 1));
        return widen(tf.add(tf.matMul(u, narrow(out)), bias));
      });
      return component('loss', () => tf.losses.softmaxCrossEntropy(tf.cast(tf.oneHot(ids, V), 'float32'), logits));
    });
    const variables = [tokens, gain, qkv, out, bias];
    const parts = {
      ...{ variables, optimizer: createOptimizer(tf, 'adam'), gradients: new VariableGradients(tf, variables) },
      ...{ differentiate: retaining, keepGradients: false, lossScale: 1 },
    };
    for (let step = 1; step <= ${STEP}; step++) {
      trainingStep(tf, [{ loss }], parts, (name) => mark(step + '.' + name));
    }`,
    { allocator },
  );
}

const named = (rows: readonly ReconciliationRow[], part: string) => rows.filter((row) => row.part === part);

/** Requested bytes of live 16-bit buffers at each mark, from TensorFlow's log. */
function narrowBytesAt(events: readonly TimelineEvent[]): Map<string, number> {
  const at = new Map<string, number>();
  let level = 0;
  for (const event of events) {
    if (event.kind === 'mark') at.set(event.mark, level);
    else if (event.kind !== 'moved' && (event.allocation.dtype === 19 || event.allocation.dtype === 14)) {
      level += (event.kind === 'allocated' ? 1 : -1) * event.allocation.requestedBytes;
    }
  }
  return at;
}

test.each([
  ['float16', 'activations', 'bfc'],
  ['bfloat16', 'activations', 'bfc'],
  ['float16', 'all', 'bfc'],
  ['bfloat16', 'all', 'malloc'],
  ['float16', 'activations', 'malloc'],
] as const)('%s, %s narrow, under %s: every byte between two ledgers has a name', (type, cast, allocator) => {
  const { ledgers, events, log } = stepsUnderLog(type, cast, allocator);
  expect(log.unknownDeallocations + log.damagedLines).toBe(0);
  const all = ['tensors', 'buffers', 'requested', ...(allocator === 'bfc' ? ['allocated'] : [])];
  expect([...ledgers.keys()]).toEqual(all);
  const rows = reconcile(ledgers, STEP);
  const unexplained = named(rows, 'unexplained');
  expect(unexplained.length).toBeGreaterThan(8 * (all.length - 1) - 1); // every quantity of every pair
  expect(unexplained.filter(({ bytes }) => bytes !== 0)).toEqual([]);

  // At a mark every 16-bit buffer has its tensor, so what tfjs counts too much of them is what they have.
  const narrow = narrowBytesAt(events);
  const [before, after] = [narrow.get(stepMark(STEP, 'm0')) ?? NaN, narrow.get(stepMark(STEP, 'm1')) ?? NaN];
  const part = (quantity: string) => named(rows, 'narrow-types').find((row) => row.quantity === quantity)?.bytes;
  expect(after - before).toBeGreaterThan(0);
  expect([part('steady'), part('activations')]).toEqual([cast === 'all' ? -before : 0, before - after]);
  // Adam's moments are zeros like their variables.
  expect(before).toBe(cast === 'all' ? 2 * 3 * PARAMETERS : 0);
  expect(part('backward-peak')).toBeLessThan(0);
});

test('in 32 bits nothing is narrow, and the part is not there', () => {
  const { ledgers } = stepsUnderLog('float16', 'none', 'bfc');
  const rows = reconcile(ledgers, STEP);
  expect(named(rows, 'unexplained').filter(({ bytes }) => bytes !== 0)).toEqual([]);
  expect(named(rows, 'narrow-types')).toEqual([]);
  expect(named(rows, 'views').length).toBeGreaterThan(0);
});

test('narrow activations take half of what the wide ones take', () => {
  const activations = (cast: 'activations' | 'none') => {
    const marks = byMark(stepsUnderLog('float16', cast, 'bfc').ledgers.get('requested') ?? []);
    return readQuantity('activations', marks, STEP).bytes;
  };
  const ratio = activations('activations') / activations('none');
  expect(ratio).toBeGreaterThan(0.5); // statistics, softmax and loss stay wide
  expect(ratio).toBeLessThan(0.9);
});

/** Expression over narrow `x` [4, 6], `y` [2, 1, 3] and `w` [6, 8] in 32 bits → bytes that stay while its result lives; 0 is a shared buffer. */
const KEPT: [expression: string, bytes: number][] = [
  ['tf.reshape(x, [24])', 0],
  ['tf.expandDims(x, 0)', 0],
  ['x.clone()', 0],
  ["tf.cast(x, 'float32')", 0],
  ["tf.cast(x, 'bool')", 24],
  ['narrow(x)', 0],
  ['widen(x)', 96],
  ['tf.transpose(x, [0, 1])', 0],
  ['tf.transpose(x, [1, 0])', 48],
  ['tf.transpose(y, [1, 0, 2])', 0],
  ['tf.slice(x, [0, 0], [4, 6])', 0],
  ['tf.slice(x, [0, 0], [4, 3])', 24],
  ['tf.tile(x, [1, 1])', 0],
  ['tf.tile(x, [1, 2])', 96],
  ['tf.split(x, 2, 1)', 48],
  ['tf.split(x, 2, 0)', 48],
  ['tf.split(x, [6], 1)', 0],
  ['tf.sum(y, 1)', 24], // reduces nothing, so it is the copy in 32 bits
  ['tf.sum(x)', 4],
  ['tf.mean(x, -1, true)', 16],
  ['tf.add(x, 1)', 48],
  ['tf.relu(x)', 48],
  ['tf.softmax(x)', 96],
  ['tf.matMul(x, w)', 64],
  ['tf.gather(x, [1, 2])', 24],
  ['tf.concat([x, x], 0)', 96],
  ['tf.pad(x, [[0, 1], [0, 0]])', 60],
  ['tf.unsortedSegmentSum(x, segments, 2)', 48],
];

test.each(['float16', 'bfloat16'] as const)(
  '%s: buffers and the allocation log agree after every op and at every peak',
  (type) => {
    const steps = KEPT.map(
      ([expression], index) =>
        `mark('a${index}'); { const r = tf.tidy(() => ${expression}); mark('b${index}'); if (r !== x) tf.dispose(r); }`,
    );
    const { buffers, requested } = underLog(`
    const { sixteenBit } = await load('runtime/sixteenBit.js');
    const { narrow, widen } = sixteenBit(tf, runtime.native, '${type}');
    const [x, y] = [[4, 6], [2, 1, 3]].map((shape) => tf.tidy(() => narrow(tf.fill(shape, 1))));
    const [w, segments] = [tf.fill([6, 8], 1), tf.tensor1d([0, 1, 1, 0], 'int32')];
    segments.add(1).dispose();
    ${steps.join('\n')}
    mark('end');`);
    const kept = (readings: readonly { levelBytes: number }[]) =>
      KEPT.map(([expression], index) => {
        const [before, after] = [readings[2 * index], readings[2 * index + 1]];
        return [expression, (after?.levelBytes ?? 0) - (before?.levelBytes ?? 0)];
      });
    expect(kept(requested)).toEqual(KEPT);
    expect(kept(buffers)).toEqual(KEPT);
    const scratch = KEPT.flatMap(([expression], index) => {
      const bytes = (requested[2 * index + 1]?.peakBytes ?? 0) - (buffers[2 * index + 1]?.peakBytes ?? 0);
      return bytes === 0 ? [] : [[expression, bytes]];
    });
    expect(scratch).toEqual([
      ['tf.matMul(x, w)', 4 * (24 + 48 + 32)], // on the CPU TensorFlow multiplies copies of both in 32 bits, and rounds that result
      ['tf.pad(x, [[0, 1], [0, 0]])', 16], // PadV2 copies its paddings, as in 32 bits
    ]);
  },
);
