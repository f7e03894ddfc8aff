import { expect, test } from 'vitest';
import {
  evaluate,
  named,
  numberText,
  power,
  product,
  quotient,
  steps,
  sum,
} from '../../../src/accuracy/audit/expression.ts';

const d = named('d', 768);

test('a formula, its numbers, its terms and its value', () => {
  const expression = sum(product(2, d, named('f', product(4, d))), d);
  expect(evaluate(expression)).toBe(2 * 768 * 3072 + 768);
  expect(steps(expression)).toEqual(['2·d·f + d', '2·768·3,072 + 768', '4,718,592 + 768', '4,719,360']);
});

test('parentheses stand where a looser operation is inside a tighter one', () => {
  const [first = ''] = steps(product(3, sum(d, 1)));
  expect(first).toBe('3·(d + 1)');
  expect(steps(power(10, quotient(1, named('α', 0.5))))).toEqual(['10^(1/α)', '10^(1/0.5)', '100']);
  expect(steps(power(product(2, d), 2))[0]).toBe('(2·d)^2');
  expect(steps(quotient(sum(4, 4), product(2, d)))[0]).toBe('(4 + 4)/(2·d)');
  expect(steps(product(2, quotient(1, d)))[0]).toBe('2·(1/d)');
});

test('what a step would repeat is left out', () => {
  expect(steps(sum(2, 4))).toEqual(['2 + 4', '6']);
  expect(steps(named('N', 12))).toEqual(['N', '12']);
});

test('numbers: whole ones in full, others to four digits, huge ones by their power', () => {
  expect([0, 999, 1000, 123_383_808, -33_792, 175e9].map((value) => numberText(value))).toEqual([
    '0',
    '999',
    '1,000',
    '123,383,808',
    '-33,792',
    '175,000,000,000',
  ]);
  expect([3.70049, 0.076, 10 ** (1 / 0.07), 106.97381, 19_999.99].map((value) => numberText(value))).toEqual([
    '3.7',
    '0.076',
    '1.931e+14',
    '107',
    '20,000',
  ]);
  expect(numberText(8.0000185, 7)).toBe('8.000018');
});
