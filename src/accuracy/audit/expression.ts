/** Arithmetic that shows its work: one tree gives the formula, the formula with numbers, its terms and its value, so that none can drift from another. */

export type Expression =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'symbol'; readonly name: string; readonly value: number }
  | { readonly kind: 'sum' | 'product'; readonly parts: readonly Expression[] }
  | { readonly kind: 'quotient' | 'power'; readonly first: Expression; readonly second: Expression };

/** A bare number stands for itself. */
type Operand = Expression | number;

const toExpression = (operand: Operand): Expression =>
  typeof operand === 'number' ? { kind: 'number', value: operand } : operand;

/** A letter with its value, or a name for what another expression gives. */
export const named = (name: string, operand: Operand): Expression => ({
  kind: 'symbol',
  name,
  value: evaluate(operand),
});
export const sum = (...parts: readonly Operand[]): Expression => ({ kind: 'sum', parts: parts.map(toExpression) });
export const product = (...parts: readonly Operand[]): Expression => ({
  kind: 'product',
  parts: parts.map(toExpression),
});
export const quotient = (first: Operand, second: Operand): Expression => ({
  kind: 'quotient',
  first: toExpression(first),
  second: toExpression(second),
});
export const power = (first: Operand, second: Operand): Expression => ({
  kind: 'power',
  first: toExpression(first),
  second: toExpression(second),
});

export function evaluate(operand: Operand): number {
  const expression = toExpression(operand);
  switch (expression.kind) {
    case 'number':
    case 'symbol':
      return expression.value;
    case 'sum':
      return expression.parts.reduce((total, part) => total + evaluate(part), 0);
    case 'product':
      return expression.parts.reduce((total, part) => total * evaluate(part), 1);
    case 'quotient':
      return evaluate(expression.first) / evaluate(expression.second);
    case 'power':
      return evaluate(expression.first) ** evaluate(expression.second);
  }
}

/** How tightly each kind binds: what is looser than its surroundings gets parentheses. */
const BINDING = { sum: 0, product: 1, quotient: 1, power: 2, number: 3, symbol: 3 } as const;

function write(expression: Expression, leaf: (name: string, value: number) => string, looserThan = 0): string {
  const inner = (part: Expression, binding: number) => write(part, leaf, binding);
  const text = (() => {
    switch (expression.kind) {
      case 'number':
        return numberText(expression.value);
      case 'symbol':
        return leaf(expression.name, expression.value);
      case 'sum':
        return expression.parts.map((part) => inner(part, 0)).join(' + ');
      case 'product':
        return expression.parts.map((part) => inner(part, 1)).join('·');
      case 'quotient':
        return `${inner(expression.first, 1)}/${inner(expression.second, 2)}`;
      case 'power':
        return `${inner(expression.first, 3)}^${inner(expression.second, 2)}`;
    }
  })();
  const loose = BINDING[expression.kind] < looserThan || (expression.kind === 'quotient' && looserThan >= 1);
  return loose ? `(${text})` : text;
}

/** `2·d_model·d_ff + d_model + d_ff`, `2·768·3,072 + 768 + 3,072`, `4,718,592 + 768 + 3,072`, `4,722,432`; what repeats the line before is left out. */
export function steps(expression: Expression): string[] {
  const lines = [
    write(expression, (name) => name),
    write(expression, (_, value) => numberText(value)),
    ...(expression.kind === 'sum' ? [expression.parts.map((part) => numberText(evaluate(part))).join(' + ')] : []),
    numberText(evaluate(expression)),
  ];
  return lines.filter((line, index) => line !== lines[index - 1]);
}

const LARGEST_WRITTEN_OUT = 1e13;

/** `4,722,432` · `3.695` · `1.931e+14`: whole numbers in full up to ten trillion, others to some digits. The same on every machine. */
export function numberText(value: number, significantDigits = 4): string {
  if (Number.isInteger(value) && Math.abs(value) < LARGEST_WRITTEN_OUT)
    return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
  const rounded = Number(value.toPrecision(significantDigits));
  if (Math.abs(rounded) >= LARGEST_WRITTEN_OUT) return rounded.toExponential();
  if (Number.isInteger(rounded)) return numberText(rounded);
  return String(rounded);
}
