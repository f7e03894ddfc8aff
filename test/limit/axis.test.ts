import { describe, expect, it, test } from 'vitest';
import { contradictions } from '../../src/config/resolve.ts';
import { valueAt } from '../../src/config/schema.ts';
import { axisOf, LIMIT_KEYS } from '../../src/limit/axis.ts';

test.each(LIMIT_KEYS)('%s is varied alone, and the largest value is the last legal one', (key) => {
  const axis = axisOf({}, key, 'cpu');
  expect(valueAt(axis.at(3), key)).toBe(3);
  expect(valueAt(axis.at(axis.largest), key)).toBe(axis.largest);
  expect(() => axis.at(axis.largest + axis.stride)).toThrow(key);
});

describe('what follows the value', () => {
  it('derives the positions from the sequence length', () => {
    expect(axisOf({}, 'batch.sequenceLength', 'cpu').at(77).model.maxPositions).toBe(77);
  });

  it('stays within positions that were named, where they are learned', () => {
    const named = axisOf({ model: { maxPositions: 512 } }, 'batch.sequenceLength', 'cpu');
    expect([named.largest, named.end]).toEqual([512, expect.stringContaining('model.maxPositions = 512')]);
    expect(() => named.at(513)).toThrow('model.maxPositions');
    const rotary = axisOf({ model: { maxPositions: 512, positions: 'rotary' } }, 'batch.sequenceLength', 'cpu');
    expect(rotary.at(513).batch.sequenceLength).toBe(513);
  });

  it('takes only batches that the micro-batches divide', () => {
    const axis = axisOf({ step: { microBatches: 6 } }, 'batch.size', 'cpu');
    expect(axis.stride).toBe(6);
    expect(axis.largest % 6).toBe(0);
    for (const value of [6, 12, axis.largest]) expect(contradictions(axis.at(value))).toEqual([]);
    expect(() => axis.at(7)).toThrow('step.microBatches');
    expect(() => axis.at(axis.largest + 6)).toThrow('batch.size');
  });

  it('refuses what is wrong at every value', () => {
    expect(() => axisOf({ model: { hiddenSize: 10, heads: 3 } }, 'batch.size', 'cpu')).toThrow('model.heads');
  });
});
