/**
 * Arrays that tfjs fills in JavaScript only to upload them: without arithmetic nobody reads their numbers, and a large model would fill
 * gigabytes. Their tensors wait for the first operation like those of real arrays, and are uploaded by it.
 */
import type { TablesWithoutValues } from '../model/table.ts';
import type { Tensor, Tf } from '../model/tensorflow.ts';

/** What tfjs and the binding ask of an array: its length. */
const unfilled = (length: number): Float32Array => ({ length }) as unknown as Float32Array;

interface Engine {
  makeTensor(values: ArrayLike<number>, shape: readonly number[], dtype: 'float32'): Tensor;
}

function tensorOf(tf: Tf, shape: readonly number[]): Tensor {
  return (tf.engine() as unknown as Engine).makeTensor(unfilled(tf.util.sizeFromShape([...shape])), shape, 'float32');
}

type Gradient = Parameters<Tf['registerGradient']>[0];

/** The gradients of Sum and Mean as tfjs has them (gradients/Sum_grad.ts, Mean_grad.ts), whose `ones` have the shape of the input. */
export function fillGradientsOnes(tf: Tf): void {
  const spread = (dy: Tensor, x: Tensor, axis: unknown): { readonly ones: Tensor; readonly expanded: Tensor } => {
    const shape = [...x.shape];
    for (const index of tf.util.parseAxisParam(axis as number[], x.shape)) shape[index] = 1;
    return { expanded: tf.reshape(dy, shape), ones: tensorOf(tf, x.shape) };
  };
  replaceGradient(tf, {
    kernelName: 'Sum',
    inputsToSave: ['x'],
    gradFunc(dy, saved, attributes) {
      const [x] = saved as [Tensor];
      const { expanded, ones } = spread(dy as Tensor, x, (attributes as { axis: unknown }).axis);
      const derivative = tf.mul(expanded, ones);
      return { x: () => derivative };
    },
  });
  replaceGradient(tf, {
    kernelName: 'Mean',
    inputsToSave: ['x'],
    gradFunc(dy, saved, attributes) {
      const [x] = saved as [Tensor];
      const { axis } = attributes as { axis: unknown };
      const axes = tf.util.parseAxisParam(axis as number[], x.shape);
      const [, reduced] = tf.backend_util.computeOutAndReduceShapes(x.shape, axes);
      const count = tf.util.sizeFromShape(reduced as number[]);
      return {
        x: () => {
          const { expanded, ones } = spread(dy as Tensor, x, axis);
          return tf.div(tf.mul(expanded, ones), count);
        },
      };
    },
  });
}

function replaceGradient(tf: Tf, gradient: Gradient): void {
  tf.unregisterGradient(gradient.kernelName);
  tf.registerGradient(gradient);
}

/** `tf` whose random tensors, and the dropout that is made of them (ops/dropout.ts), draw no numbers, and whose tables have none. */
export function withoutNumbers(tf: Tf): Tf & TablesWithoutValues {
  const uniform = (shape: number[]): Tensor => tensorOf(tf, shape);
  const dropout = (x: Tensor, rate: number): Tensor =>
    tf.tidy(() => {
      const keep = 1 - rate;
      return tf.mul(x, tf.div(tf.floor(tf.add(uniform(x.shape), keep)), keep));
    });
  const table = (rows: number, columns: number): Tensor => tensorOf(tf, [rows, columns]);
  const own = { randomUniform: { value: uniform }, dropout: { value: dropout }, tableWithoutValues: { value: table } };
  return Object.create(tf, own) as Tf; // what tfjs exports cannot be assigned
}
