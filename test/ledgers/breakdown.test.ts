import { expect, test } from 'vitest';
import { Breakdown } from '../../src/ledgers/breakdown.ts';

const HEAD = { component: 'head', layer: null } as const;
const block = (layer: number) => ({ component: 'attention', layer }) as const;

test('a pin remembers how things were, parts that were not there yet among them', () => {
  const breakdown = new Breakdown();
  breakdown.add(block(0), 5);
  breakdown.add(HEAD, 7);
  breakdown.pin();
  breakdown.add(block(0), -5);
  breakdown.add(block(1), 11);
  expect(breakdown.unpin()).toEqual([
    { ...block(0), bytes: 5 },
    { ...HEAD, bytes: 7 },
  ]);
  expect(breakdown.copy()).toEqual([
    { ...HEAD, bytes: 7 },
    { ...block(1), bytes: 11 },
  ]);
});

test('the last pin counts', () => {
  const breakdown = new Breakdown();
  breakdown.pin();
  breakdown.add(HEAD, 1);
  breakdown.pin();
  breakdown.add(HEAD, 1);
  expect(breakdown.unpin()).toEqual([{ ...HEAD, bytes: 1 }]);
});
