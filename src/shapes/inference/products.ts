/** Matrix products. */
import { attribute, type Infer, operand } from '../operand.ts';

/** `BatchMatMulV2`(x, y) with `adj_x`, `adj_y`: […, m, k]·[…, k, n] → […, m, n], the leading dimensions broadcast. */
export const batchMatMul: Infer = (operands, attributes) => {
  const [x, y] = [operand(operands, 0), operand(operands, 1)];
  const [rows, inner] = lastTwo(x.shape, attribute(attributes, 'adj_x') === true);
  const [otherInner, columns] = lastTwo(y.shape, attribute(attributes, 'adj_y') === true);
  if (inner !== otherInner) throw new Error(`[${x.shape.join(', ')}] and [${y.shape.join(', ')}] have no product`);
  const rank = Math.max(x.shape.length, y.shape.length);
  const leading = Array.from({ length: rank - 2 }, (_, index) =>
    Math.max(x.shape[index - rank + x.shape.length] ?? 1, y.shape[index - rank + y.shape.length] ?? 1),
  );
  return [{ shape: [...leading, rows, columns], dtype: x.dtype }];
};

function lastTwo(shape: readonly number[], isTransposed: boolean): [number, number] {
  const [rows = 1, columns = 1] = shape.slice(-2);
  return isTransposed ? [columns, rows] : [rows, columns];
}
