import fc from 'fast-check';
import { expect, test } from 'vitest';
import { folded, unfolded } from '../../../src/report/html/folded.ts';

test('any JSON comes out as it went in', () => {
  fc.assert(
    fc.property(fc.array(fc.json()), (texts) => {
      expect([...unfolded(folded(texts))]).toEqual(texts);
    }),
    { numRuns: 100 },
  );
});

test('two records that differ in numbers and ids alone share all the rest', () => {
  const lines = [...folded(['{"id":"abaff39a6fe7","bytes":0012}', '{"id":"0123456789ab","bytes":7}'])];
  expect(lines).toEqual(['={"id":"\0","bytes":\0}', '0 abaff39a6fe7 0012', '0 0123456789ab 7']);
});

test('numbers without a frame, or too few for it, are refused', () => {
  expect(() => [...unfolded(['0 12'])]).toThrow('does not fit');
  expect(() => [...unfolded(['=a\0b\0', '0 12'])]).toThrow('does not fit');
});
