/** Tables of constants that the model computes in JavaScript and uploads once: masks, sinusoids, rotations. */
import type { Tensor2D, Tf } from './tensorflow.ts';

/** What a `tf` without arithmetic has beside tfjs's own: a table whose numbers nobody reads is not filled. */
export interface TablesWithoutValues {
  readonly tableWithoutValues?: (rows: number, columns: number) => Tensor2D;
}

/** [rows, columns], filled row by row by `fill`, which is given zeros. */
export function constantTable(
  tf: Tf & TablesWithoutValues,
  [rows, columns]: readonly [rows: number, columns: number],
  fill: (values: Float32Array) => void,
): Tensor2D {
  if (tf.tableWithoutValues !== undefined) return tf.tableWithoutValues(rows, columns);
  const values = new Float32Array(rows * columns);
  fill(values);
  return tf.tensor2d(values, [rows, columns]);
}
