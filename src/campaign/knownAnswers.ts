/** Computations whose answers are known, to see that a device computes before anybody believes what it needs for that. */
import type { Tf } from '../model/tensorflow.ts';
import type { NativeBackend } from '../runtime/binding.ts';

export interface KnownAnswer {
  readonly name: string;
  readonly expected: readonly number[];
  readonly found: readonly number[];
  /** 0 where the answer has no rounding. */
  readonly tolerance: number;
}

export const isRight = ({ expected, found, tolerance }: KnownAnswer): boolean =>
  found.length === expected.length &&
  found.every((value, index) => Math.abs(value - (expected[index] ?? Number.NaN)) <= tolerance);

/** Rounding of a handful of float32 operations on numbers around 1: a few of its 2^-24. */
const FEW_ROUNDINGS = 1e-6;

const TF_FLOAT = 1;
const TF_BFLOAT16 = 14;
const TF_HALF = 19;

const [A, B] = [
  [1, 2, 3, 4],
  [5, 6, 7, 8],
];
/** Rows of the 2×2 product. */
const PRODUCT = [19, 22, 43, 50];

export function knownAnswers(tf: Tf, native: NativeBackend): KnownAnswer[] {
  const values = (compute: () => ReturnType<typeof tf.tensor>): number[] => {
    const result = tf.tidy(compute);
    const found = Array.from(result.dataSync());
    result.dispose();
    return found;
  };
  const exact = (name: string, expected: readonly number[], found: readonly number[]): KnownAnswer => ({
    name,
    expected,
    found,
    tolerance: 0,
  });
  const [a, b] = [() => tf.tensor2d(A ?? [], [2, 2]), () => tf.tensor2d(B ?? [], [2, 2])];
  return [
    exact(
      'matrix product, float32',
      PRODUCT,
      values(() => tf.matMul(a(), b())),
    ),
    // 4097 needs 13 bits; TF32 has 11 and makes 4096 of it.
    exact(
      'float32 is not TF32, smallest and largest',
      [4097, 4097],
      values(() => {
        const product = tf.matMul(tf.mul(tf.eye(64), 4097), tf.ones([64, 64])); // large enough for tensor cores
        return tf.stack([tf.min(product), tf.max(product)]);
      }),
    ),
    exact('matrix product, float16', PRODUCT, narrowProduct(native, TF_HALF)),
    exact('matrix product, bfloat16', PRODUCT, narrowProduct(native, TF_BFLOAT16)),
    exact(
      'batched matrix product',
      [...PRODUCT, ...PRODUCT.map((value) => 4 * value)],
      values(() => {
        const [x, y] = [tf.stack([a(), tf.mul(a(), 2)]), tf.stack([b(), tf.mul(b(), 2)])];
        return tf.matMul(x, y);
      }),
    ),
    {
      name: 'softmax',
      expected: [0.25, 0.75, 0.5, 0.5],
      found: values(() => tf.softmax(tf.tensor2d([0, Math.log(3), 7, 7], [2, 2]))),
      tolerance: FEW_ROUNDINGS,
    },
    {
      name: 'layer norm',
      expected: [-3, -1, 1, 3].map((value) => value / Math.sqrt(5)), // of 1 2 3 4: mean 2.5, variance 1.25
      found: values(() => {
        const x = tf.tensor1d([1, 2, 3, 4]);
        const { mean, variance } = tf.moments(x);
        return tf.div(tf.sub(x, mean), tf.sqrt(variance));
      }),
      tolerance: FEW_ROUNDINGS,
    },
    exact(
      'gradient of a matrix product', // d/dA sum(A·B): every row has the sums of the rows of B
      [11, 15, 11, 15],
      values(() => tf.grad((x) => tf.sum(tf.matMul(x, b())))(a())),
    ),
  ];
}

/** JavaScript has no 16-bit tensors, so the handles go to TensorFlow as they are: cast, multiplied, cast back. Small whole numbers are exact. */
function narrowProduct({ binding }: NativeBackend, dtype: number): number[] {
  const type = (name: string, value: number) => ({ name, type: binding.TF_ATTR_TYPE, value });
  const no = (name: string) => ({ name, type: binding.TF_ATTR_BOOL, value: false });
  const handles: number[] = [];
  const keep = (handle: number): number => {
    handles.push(handle);
    return handle;
  };
  const run = (op: string, attributes: ReturnType<typeof type | typeof no>[], ...inputs: number[]): number => {
    const [output] = binding.executeOp(op, attributes, inputs, 1);
    if (output === undefined) throw new Error(`${op} has no output`);
    return keep(output.id);
  };
  const cast = (handle: number, from: number, to: number): number =>
    run('Cast', [type('SrcT', from), type('DstT', to), no('Truncate')], handle);
  try {
    const [a, b] = [A, B].map((values) =>
      keep(binding.createTensor([2, 2], TF_FLOAT, Float32Array.from(values ?? []))),
    );
    const narrow = [a, b].map((handle) => cast(handle as number, TF_FLOAT, dtype));
    const product = run('MatMul', [no('transpose_a'), no('transpose_b'), type('T', dtype)], ...narrow);
    return Array.from(binding.tensorDataSync(cast(product, dtype, TF_FLOAT)));
  } finally {
    for (const handle of handles) binding.deleteTensor(handle);
  }
}
