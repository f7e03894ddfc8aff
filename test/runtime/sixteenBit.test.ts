import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { elementCount } from '../../src/ledgers/dataTypes.ts';
import { keepBooks } from '../../src/ledgers/keepBooks.ts';
import type { Scalar, Tensor, Tensor2D, Tensor4D } from '../../src/model/tensorflow.ts';
import { collected, drawn, filled, narrowed } from '../../src/model/variables.ts';
import { interpose, type NativeBackend } from '../../src/runtime/binding.ts';
import { loadRuntime } from '../../src/runtime/load.ts';
import { type SixteenBit, sixteenBit } from '../../src/runtime/sixteenBit.ts';
import { createOptimizer } from '../../src/training/optimizers.ts';
import { disposeBatch, tinyBatch, tinyConfig, tinyModel } from '../model/tinyModel.ts';
import { plainStep } from '../training/plainStep.ts';
import { CASES, type Operands } from './narrowOperations.ts';

const runtime = loadRuntime('tensorflow');
const { tf } = runtime;
const native = runtime.native as NativeBackend;
const books = keepBooks(runtime);
afterEach(() => tf.disposeVariables()); // of a test that failed half way

const handleOf = (x: Tensor): number => {
  const [handle] = (native as unknown as { getInputTensorIds(tensors: Tensor[]): number[] }).getInputTensorIds([x]);
  return handle as number;
};
const variable = (shape: number[], value: number) => {
  const initial = tf.fill(shape, value);
  const made = tf.variable(initial);
  initial.dispose();
  return made;
};
const bytesOf = (x: Tensor): number | undefined => books.handles.get(handleOf(x))?.buffer.bytes;
const alive = () => ({
  handles: native.binding.getNumOfTensors(),
  booked: books.handles.size,
  level: books.water.level,
});
const numbers = (x: Tensor): number[] => Array.from(x.dataSync());
const largest = (values: readonly number[]): number => Math.max(...values.map(Math.abs));
const worst = (a: readonly number[], b: readonly number[]): number =>
  largest(a.map((value, index) => value - (b[index] as number)));

/** Half the distance of two neighbours, of numbers from 1 to 2: 11 and 8 binary digits. */
const ROUNDING = { float16: 2 ** -11, bfloat16: 2 ** -8 };

describe.each(['float16', 'bfloat16'] as const)('%s', (type) => {
  const rounding = ROUNDING[type];
  let bits: SixteenBit;
  beforeAll(() => {
    bits = sixteenBit(tf, native, type);
  });
  afterAll(() => bits.remove());

  /** With values that 16 bits hold: only what is computed from them is rounded. */
  const held = <T extends Tensor>(shape: number[], seed: number): T =>
    bits.widen(bits.narrow(tf.randomNormal(shape, 0, 1, 'float32', seed))) as T;

  describe.each(CASES)('$name', ({ run, result, roundings }) => {
    test('has the values, the bytes and the operands that its rule says', () => {
      const before = alive();
      tf.tidy(() => {
        const [x, y, z, row] = [held([4, 6], 1), held([4, 6], 2), held([2, 1, 2, 3], 3), held([6], 4)];
        const inWide = { x, y, z, row } as Operands;
        const inNarrow: Operands = { ...inWide, x: bits.narrow(x as Tensor2D), z: bits.narrow(z as Tensor4D) };
        const expected = tf.tidy(() => run(tf, inWide));
        const handles = alive().handles;
        const actual = tf.tidy(() => run(tf, inNarrow));
        const shared = handleOf(actual) === handleOf(inNarrow.x); // of a clone
        const after = handles + (shared ? 0 : 1);
        expect(alive().handles).toBe(after); // no copy is left
        expect([actual.dtype, actual.shape]).toEqual([expected.dtype, expected.shape]);
        expect(bits.isNarrow(actual)).toBe(result === 'narrow');
        const perElement = { narrow: 2, wide: 4, other: expected.dtype === 'bool' ? 1 : 4 }[result];
        expect(bytesOf(actual)).toBe(elementCount(actual.shape) * perElement);
        const values = numbers(expected);
        // float32 itself is never the reason: wide operations run the same kernel on the same values
        expect(worst(numbers(actual), values)).toBeLessThanOrEqual(roundings * rounding * largest(values));
        expect(alive().handles).toBe(after); // nor one for reading
      });
      expect(alive()).toEqual(before);
    });
  });

  test('what a 16-bit result is compared with is not exact by chance', () => {
    tf.tidy(() => {
      const [x, y] = [held([40, 60], 1), held([40, 60], 2)];
      const apart = worst(numbers(tf.mul(bits.narrow(x), y)), numbers(tf.mul(x, y)));
      expect(apart).toBeGreaterThan(rounding / 4);
    });
  });

  test('far from 0 the curves end where they end in 32 bits', () => {
    tf.tidy(() => {
      const x = bits.narrow(tf.tensor1d([-60_000, -100, -12, 12, 100, 60_000])); // e^12 is more than float16 can hold
      for (const curve of [tf.sigmoid, tf.tanh, tf.erf]) {
        const [expected, actual] = [numbers(curve(bits.widen(x))), numbers(curve(x))];
        expect(worst(actual, expected)).toBeLessThanOrEqual(rounding);
      }
      const mean = tf.mean(tf.square(x)); // 60 000² is too
      expect(numbers(mean)).toEqual(numbers(tf.mean(tf.square(bits.widen(x)))));
    });
  });

  test('narrow and widen give the same tensor where the width is right, else a new one', async () => {
    const before = alive();
    const x = tf.tensor1d([1, 2, 1 / 3]);
    expect(bits.widen(x)).toBe(x); // which has not been uploaded yet
    const half = bits.narrow(x);
    expect(bits.narrow(half)).toBe(half);
    const back = bits.widen(half);
    expect([bytesOf(x), bytesOf(half), bytesOf(back)]).toEqual([12, 6, 12]);
    expect([x, half, back].map((tensor) => bits.isNarrow(tensor))).toEqual([false, true, false]);
    expect(numbers(half)).toEqual(numbers(back));
    expect(Array.from(await half.data())).toEqual(numbers(back));
    expect(Math.abs((numbers(half)[2] as number) - 1 / 3)).toBeLessThanOrEqual(rounding / 3);
    tf.dispose([x, half, back]);
    expect(alive()).toEqual(before);
  });

  test('only float32 tensors have a width', () => {
    const [ids, gone] = [tf.tensor1d([1], 'int32'), tf.scalar(1)];
    gone.dispose();
    expect(() => bits.narrow(ids)).toThrow('int32');
    expect(() => bits.narrow(gone)).toThrow('disposed');
    ids.dispose();
  });

  test('an operation that throws leaves no copy behind', () => {
    const [x, y] = [bits.narrow(tf.ones([2, 3])), tf.fill([4, 5], 1)];
    const before = alive();
    const float = { name: 'T', type: native.binding.TF_ATTR_TYPE, value: 1 };
    const multiply = (name: string) => native.binding.executeOp(name, [float], [handleOf(x), handleOf(y)], 1);
    expect(() => multiply('Mul')).toThrow('Incompatible shapes');
    expect(() => multiply('SquaredDifference')).toThrow('Incompatible shapes'); // in 32 bits
    expect(alive()).toEqual(before);
    tf.dispose([x, y]);
  });

  test('gradients have the width of what was cast, and nothing is kept for them', () => {
    const [x, weight] = [variable([2, 3], 0.5), tf.fill([3, 2], 0.25)];
    const half = bits.narrow(weight);
    const engine = tf.engine() as unknown as { state: { activeTape: { saved: Tensor[] }[] } };
    const saved: number[] = [];
    const loss = (): Scalar => {
      const narrowX = bits.narrow<Tensor>(x);
      saved.push(...engine.state.activeTape.map((node) => node.saved.length));
      return tf.sum(tf.matMul(narrowX as Tensor2D, half as Tensor2D));
    };
    const { value, grads } = tf.variableGrads(loss);
    expect(saved).toEqual([0]);
    const gradient = grads[x.name] as Tensor;
    expect(bits.isNarrow(gradient)).toBe(false);
    expect(numbers(gradient)).toEqual(Array(6).fill(0.5));
    const widened = tf.grad((tensor) => tf.sum(tf.mul(bits.widen(tensor), 3)))(half);
    expect(bits.isNarrow(widened)).toBe(true);
    expect(numbers(widened)).toEqual(Array(6).fill(3));
    tf.dispose([value, grads, widened, x, weight, half]);
  });

  test('a gradient that has the right width already is passed on as a tensor of its own', () => {
    const x = tf.fill([2], 2);
    // of the sum of two uses tfjs disposes the first part
    const gradient = tf.grad((tensor) => tf.sum(tf.add(bits.widen(bits.narrow(tensor)), tensor)))(x);
    expect(numbers(gradient)).toEqual([2, 2]);
    tf.dispose([x, gradient]);
  });

  test('casts work inside a custom gradient, and when its forward is repeated in backward', () => {
    const before = alive();
    const x = variable([2, 2], 0.5);
    const engine = tf.engine() as unknown as { state: { activeTape: unknown } };
    const forward = (input: Tensor): Tensor => bits.widen(tf.tanh(bits.narrow(input)));
    const repeated = tf.customGrad((input, save) => {
      const [tensor, keep] = [input as Tensor, save as (tensors: Tensor[]) => void];
      keep([tensor]);
      return {
        value: tf.tidy(() => forward(tensor)),
        gradFunc: (dy: Tensor, [kept]: Tensor[]) => {
          const { activeTape } = engine.state; // a gradient within a gradient would end it
          const dx = tf.tidy(() => tf.grad(forward)(kept as Tensor, dy));
          engine.state.activeTape = activeTape;
          return dx;
        },
      };
    });
    const plain = tf.variableGrads(() => tf.sum(forward(x)) as Scalar);
    const again = tf.variableGrads(() => tf.sum(repeated(x)) as Scalar);
    expect(numbers(again.grads[x.name] as Tensor)).toEqual(numbers(plain.grads[x.name] as Tensor));
    tf.dispose([plain.value, plain.grads, again.value, again.grads, x]);
    expect(alive()).toEqual(before);
  });

  test('the gradients of a small network are those of 32 bits, but for roundings', () => {
    const before = alive();
    const [N, H, F, V] = [16, 8, 32, 11];
    const create = drawn(tf, 5, 0.4);
    const gain = create('gain', [H], 'gain');
    const [w1, b1, w2] = [create('w1', [H, F], 'weight'), create('b1', [F], 'bias'), create('w2', [F, V], 'weight')];
    const x = tf.randomNormal([N, H], 0, 1, 'float32', 1) as Tensor2D;
    const labels = tf.tidy(() =>
      tf.cast(tf.oneHot(tf.mod(tf.range(0, N, 1, 'int32'), tf.scalar(V, 'int32')), V), 'float32'),
    );
    /** Layer norm in 32 bits, both products and the GELU between them in 16, the loss in 32. */
    const loss = (narrow: SixteenBit['narrow'], widen: SixteenBit['widen']) => (): Scalar => {
      const centred = tf.sub(x, tf.mean(x, -1, true));
      const scale = tf.rsqrt(tf.add(tf.mean(tf.square(centred), -1, true), 1e-5));
      const normed = narrow(tf.mul(tf.mul(centred, scale), gain)) as Tensor2D;
      const u = tf.add(tf.matMul(normed, narrow<Tensor>(w1) as Tensor2D), narrow<Tensor>(b1));
      const gelu = tf.mul(tf.mul(u, 0.5), tf.add(tf.erf(tf.mul(u, Math.SQRT1_2)), 1)) as Tensor2D;
      const logits = widen(tf.matMul(gelu, narrow<Tensor>(w2) as Tensor2D));
      return tf.losses.softmaxCrossEntropy(labels, logits);
    };
    const same = <T extends Tensor>(tensor: T): T => tensor;
    const inWide = tf.variableGrads(loss(same, same));
    const inNarrow = tf.variableGrads(loss(bits.narrow, bits.widen));
    const close = 4 * rounding * (numbers(inWide.value)[0] as number);
    expect(worst(numbers(inNarrow.value), numbers(inWide.value))).toBeLessThan(close);
    for (const { name } of [gain, w1, b1, w2]) {
      const [a, b] = [inWide.grads[name], inNarrow.grads[name]].map((gradient) => numbers(gradient as Tensor)) as [
        number[],
        number[],
      ];
      expect(bits.isNarrow(inNarrow.grads[name] as Tensor)).toBe(false);
      const dot = (p: number[], q: number[]): number =>
        p.reduce((sum, value, index) => sum + value * (q[index] as number), 0);
      // Some 20 roundings lie on the way of a gradient and are as often up as down; the erf's derivative adds up four of them.
      expect(dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b)), name).toBeGreaterThan(1 - 100 * rounding ** 2);
      expect(worst(a, b), name).toBeLessThan(8 * rounding * largest(a));
      expect(worst(a, b), name).toBeGreaterThan(0);
    }
    tf.dispose([x, labels, inWide.value, inWide.grads, inNarrow.value, inNarrow.grads, gain, w1, b1, w2]);
    expect(alive()).toEqual(before);
  });

  test('weights may be stored in 16 bits, and are assigned what is computed from them', () => {
    const before = alive();
    const { create, variables } = collected(narrowed(filled(tf), bits));
    const weight = create('weight', [64, 32], 'weight');
    create('bias', [32], 'bias');
    expect(alive().level - before.level).toBe(2 * (64 * 32 + 32)); // nothing else is left
    expect(alive().handles - before.handles).toBe(2);
    tf.tidy(() => weight.assign(tf.mul(weight, 2)));
    expect(alive().level - before.level).toBe(2 * (64 * 32 + 32));
    expect(bits.isNarrow(weight)).toBe(true);
    expect(Math.abs((numbers(weight)[0] as number) - 0.04)).toBeLessThanOrEqual(2 * rounding * 0.04);
    const ids = tf.tensor1d([3, 5], 'int32');
    const rows = tf.gather(weight as Tensor, ids);
    expect(bytesOf(rows)).toBe(2 * 2 * 32);
    tf.dispose([rows, ids, ...variables]);
    expect(alive()).toEqual(before);
  });
});

describe('an operation without 16-bit operands', () => {
  /** What reaches the binding, with handles named in the order of their appearance. */
  function callsOf(run: () => void): string[] {
    const calls: string[] = [];
    const names = new Map<number, number>();
    const name = (handle: number): number => {
      if (!names.has(handle)) names.set(handle, names.size);
      return names.get(handle) as number;
    };
    const note = (...call: unknown[]) => calls.push(JSON.stringify(call));
    const behind = interpose(native, {
      createTensor(shape, dtype, values) {
        const handle = behind.createTensor(shape, dtype, values);
        note('createTensor', shape, dtype, values, name(handle));
        return handle;
      },
      deleteTensor(handle) {
        note('deleteTensor', name(handle));
        behind.deleteTensor(handle);
      },
      executeOp(op, attributes, inputs, count) {
        const outputs = behind.executeOp(op, attributes, inputs, count);
        note(
          op,
          attributes,
          inputs.map(name),
          count,
          outputs.map(({ id, ...output }) => ({ ...output, id: name(id) })),
        );
        return outputs;
      },
      tensorDataSync(handle) {
        const values = behind.tensorDataSync(handle);
        note('tensorDataSync', name(handle), Array.from(values));
        return values;
      },
    });
    try {
      run();
    } finally {
      native.binding = behind;
    }
    return calls;
  }

  const steps = (): void => {
    const config = tinyConfig({ dropout: 0.1, positions: 'rotary', activation: 'silu', gatedFeedForward: true });
    const [model, batch, optimizer] = [tinyModel(tf, config), tinyBatch(tf, config), createOptimizer(tf, 'adam')];
    for (let step = 1; step <= 2; step++)
      plainStep(
        tf,
        () => model.loss(batch),
        optimizer,
        () => {},
      );
    model.logits(batch).dataSync();
    tf.disposeVariables();
    disposeBatch(tf, batch);
    model.dispose();
    optimizer.dispose();
  };

  test('is the same call as without the layer', () => {
    const without = callsOf(steps);
    const under = callsOf(() => {
      const bits = sixteenBit(tf, native, 'float16');
      try {
        steps();
      } finally {
        bits.remove();
      }
    });
    expect(without.length).toBeGreaterThan(1000);
    expect(under).toEqual(without);
  });
});

describe('the layer', () => {
  test('knows the types of what was made before it', () => {
    const [x, ids] = [tf.fill([3], 1 / 3), tf.range(0, 3, 1, 'int32')];
    const bits = sixteenBit(tf, native, 'bfloat16');
    const before = alive();
    const half = bits.narrow(x);
    const sum = tf.add(half, x);
    const rows = tf.gather(half, ids);
    expect([sum, rows].map((tensor) => bytesOf(tensor))).toEqual([6, 6]);
    tf.dispose([half, sum, rows]);
    expect(alive()).toEqual(before);
    bits.remove();
    tf.dispose([x, ids]);
  });

  test('is not taken away while tensors need it, or from under another', () => {
    const bits = sixteenBit(tf, native, 'float16');
    const half = bits.narrow(tf.scalar(1));
    expect(() => bits.remove()).toThrow('alive');
    const { binding } = native;
    half.dispose();
    interpose(native, {});
    expect(() => bits.remove()).toThrow('topmost');
    native.binding = binding;
    bits.remove();
    tf.disposeVariables();
  });
});

describe('a mask of −1e9', () => {
  /** Row i sees the keys up to i; nobody sees the last row's. */
  const softmaxOf = (type: 'float16' | 'bfloat16'): { causal: number[]; blind: number[] } => {
    const bits = sixteenBit(tf, native, type);
    const result = tf.tidy(() => {
      const scores = bits.narrow(tf.fill([2, 2], 1));
      const mask = tf.tensor2d([0, -1e9, 0, 0], [2, 2]);
      const probabilities = (added: Tensor) => numbers(tf.softmax(tf.add(scores, added)));
      return { causal: probabilities(mask), blind: probabilities(tf.fill([2, 2], -1e9)) };
    });
    bits.remove();
    return result;
  };

  test('is −∞ in float16: right where a row sees anything, not a number where it sees nothing', () => {
    expect(softmaxOf('float16')).toEqual({ causal: [1, 0, 0.5, 0.5], blind: [NaN, NaN, NaN, NaN] });
  });

  test('is itself in bfloat16', () => {
    expect(softmaxOf('bfloat16')).toEqual({ causal: [1, 0, 0.5, 0.5], blind: [0.5, 0.5, 0.5, 0.5] });
  });
});
