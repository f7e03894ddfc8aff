import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findEdge } from '../../src/limit/edge.ts';

const MOST = 10_000;
const whole = fc.integer({ min: 1, max: MOST });

describe('findEdge', () => {
  it('finds any edge from any guess, and asks about no value twice', async () => {
    await fc.assert(
      fc.asyncProperty(whole, whole, async (last, start) => {
        const asked: number[] = [];
        const edge = await findEdge({ least: 1, most: MOST, start }, (value) => {
          asked.push(value);
          return value <= last;
        });
        expect(edge).toEqual({ below: last, above: last === MOST ? null : last + 1, failure: null });
        expect(new Set(asked).size).toBe(asked.length);
        // Away from the guess by doubling, back by halves.
        expect(asked.length).toBeLessThanOrEqual(2 * Math.ceil(Math.log2(Math.abs(last - start) + 2)) + 2);
      }),
    );
  });

  it('has no lower side where nothing is below', async () => {
    expect(await findEdge({ least: 1, most: 50, start: 20 }, () => false)).toEqual({
      below: null,
      above: 1,
      failure: null,
    });
  });

  it('brings a guess from outside into the range', async () => {
    const asked: number[] = [];
    const ask = (value: number) => asked.push(value) > 0 && value <= 3;
    expect(await findEdge({ least: 1, most: 5, start: 70 }, ask)).toMatchObject({ below: 3, above: 4 });
    expect(asked[0]).toBe(5);
  });

  it('ends where it cannot be told, with what is known', async () => {
    const ask = (value: number) => (value === 3 ? 'it died' : value <= 8);
    expect(await findEdge({ least: 1, most: 50, start: 1 }, ask)).toEqual({ below: 8, above: 9, failure: null });
    expect(await findEdge({ least: 1, most: 50, start: 2 }, ask)).toEqual({
      below: 2,
      above: null,
      failure: 'it died',
    });
    expect(await findEdge({ least: 1, most: 50, start: 2 }, () => null)).toEqual({
      below: null,
      above: null,
      failure: null,
    });
  });
});
