/** Operations of element by element: NumPy's broadcasting, and the type of the first operand or bool. */
import { attribute, type Infer, operand, type ShapedOperand } from '../operand.ts';

const TF_BOOL = 10;

/** One operand, the same shape and type. */
export const same: Infer = (operands) => {
  const { shape, dtype } = operand(operands, 0);
  return [{ shape, dtype }];
};

export const binary: Infer = (operands) => {
  const first = operand(operands, 0);
  return [{ shape: broadcast(first, operand(operands, 1)), dtype: first.dtype }];
};

/** `IsNan`: one operand, bool. */
export const test: Infer = (operands) => [{ shape: operand(operands, 0).shape, dtype: TF_BOOL }];

export const comparison: Infer = (operands) => [
  { shape: broadcast(operand(operands, 0), operand(operands, 1)), dtype: TF_BOOL },
];

/** `Select`(condition, then, else). */
export const select: Infer = (operands) => {
  const [condition, chosen, other] = [operand(operands, 0), operand(operands, 1), operand(operands, 2)];
  return [{ shape: broadcast(condition, { shape: broadcast(chosen, other) }), dtype: chosen.dtype }];
};

export const cast: Infer = (operands, attributes) => [
  { shape: operand(operands, 0).shape, dtype: attribute(attributes, 'DstT') as number },
];

type Shaped = Pick<ShapedOperand, 'shape'>;

function broadcast({ shape: a }: Shaped, { shape: b }: Shaped): readonly number[] {
  if (a.length === b.length && a.every((size, index) => size === b[index])) return a;
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, index) => {
    const [own, other] = [a[index - rank + a.length] ?? 1, b[index - rank + b.length] ?? 1];
    if (own !== other && own !== 1 && other !== 1) {
      throw new Error(`[${a.join(', ')}] and [${b.join(', ')}] do not broadcast`);
    }
    return own === 1 ? other : own;
  });
}
