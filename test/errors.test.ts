import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ERROR_CODES, EXIT, fail, MemproofError, toMemproofError } from '../src/errors.ts';

test('parameters fill message and remedy', () => {
  const error = fail('E_DEVICE_NOT_USED', { wanted: 'gpu', used: 'cpu' });
  expect(error.message).toBe('The device asked for is "gpu", but TensorFlow uses "cpu".');
  expect(error.remedy).toContain('--device cpu');
  expect(error.exitCode).toBe(EXIT.environment);
});

test('an error crosses the process border intact', () => {
  const error = fail('E_NOT_JSON', { file: 'a.json', detail: 'Unexpected token' });
  const back = new MemproofError(JSON.parse(JSON.stringify(error)));
  expect(back.toJSON()).toEqual(error.toJSON());
  expect(back.exitCode).toBe(EXIT.usage);
});

test('anything else that is thrown is an internal error with its cause', () => {
  const cause = new TypeError('x is not a function');
  const error = toMemproofError(cause);
  expect(error.code).toBe('E_INTERNAL');
  expect(error.cause).toBe(cause);
  expect(toMemproofError(error)).toBe(error);
});

test('every code is documented with its exit code', () => {
  const page = readFileSync(new URL('../docs/errors.md', import.meta.url), 'utf8');
  const rows = [...page.matchAll(/^\| `(E_\w+)` \| (\d+) \|/gm)].map(([, code, exit]) => [code, Number(exit)]);
  const table = ERROR_CODES.map((code) => [code, fail(code, {} as never).exitCode]);
  expect(rows).toEqual(table);
});
