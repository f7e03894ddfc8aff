import { describe, expect, test } from 'vitest';
import { cancellations } from '../../../src/accuracy/residuals/cancellations.ts';
import { compared } from './itemisedExample.ts';

/** Of 1000 measured bytes, predicted so much more or less of each. */
function pairsOf(errors: { attention: number; loss: number; head?: number; unitemised?: number }) {
  const { unitemised = 0, head = 0, ...named } = errors;
  const predicted = { attention: 400 + named.attention, loss: 300 + named.loss, head: 300 + head, unitemised };
  return cancellations(compared(predicted, { attention: 400, loss: 300, head: 300 }));
}

describe('what counts as a pair', () => {
  test('two errors of opposite signs, in measured totals', () => {
    expect(pairsOf({ attention: 100, loss: -90 })).toEqual([
      expect.objectContaining({ over: 'attention', under: 'loss', count: 1, of: 1 }),
    ]);
    expect(pairsOf({ attention: 100, loss: -90 })[0]?.worst).toMatchObject({
      share: 0.09,
      total: { errorBytes: 10 },
      over: { errorBytes: 100, errorRatio: 0.25 },
      under: { errorBytes: -90, errorRatio: -0.3 },
    });
  });

  test.each([
    ['one that undoes two', { attention: 100, loss: 90, head: -190 }, []],
    ['the smaller one is a twentieth of the total', { attention: 50, loss: -50 }, ['loss']],
    ['the smaller one is less', { attention: 50, loss: -49 }, []],
    ['less than half of the smaller one is left', { attention: 149, loss: -100 }, ['loss']],
    ['half of it is left', { attention: 150, loss: -100 }, []],
    ['what is not itemised is less than half of it', { attention: 100, loss: -100, unitemised: 49 }, ['loss']],
    ['what is not itemised is half of it', { attention: 100, loss: -100, unitemised: 50 }, []],
    ['what is not itemised is half of it, below 0', { attention: 100, loss: -100, unitemised: -50 }, []],
    ['the total is off by less than the smaller one', { attention: 100, loss: -100, head: 99 }, ['loss']],
    ['the total is off by as much', { attention: 100, loss: -100, head: 100 }, []],
    ['the total is off by as much, below', { attention: 100, loss: -100, head: -100 }, []],
  ])('%s', (_, errors, unders) => {
    expect(pairsOf(errors).map(({ under }) => under)).toEqual(unders);
  });

  test('nothing where nothing was measured', () => {
    expect(cancellations(compared({ attention: 5, loss: 5 }, { attention: 0, loss: 0 }))).toEqual([]);
    expect(cancellations(compared({ attention: 5 }, { attention: 10, loss: -10 }))).toEqual([]);
  });
});

describe('over configurations', () => {
  const measured = { attention: 400, loss: 300, head: 300 };
  const small = compared({ attention: 500, loss: 200, head: 300 }, measured, { configId: 'aaaaaaaaaaaa' });
  const large = compared({ attention: 600, loss: 100, head: 300 }, measured, { configId: 'bbbbbbbbbbbb' });
  const none = compared(measured, measured, { configId: 'cccccccccccc' });
  const other = compared({ attention: 400, loss: 550, head: 50 }, measured, { configId: 'dddddddddddd' });

  test('in how many of how many, and the one that hides most', () => {
    const [first, second, ...more] = cancellations([...small, ...large, ...none, ...other]);
    expect(first).toMatchObject({ over: 'loss', under: 'head', count: 1, of: 4 });
    expect(second).toMatchObject({ over: 'attention', under: 'loss', count: 2, of: 4, match: 'nearest' });
    expect(second?.worst).toMatchObject({ share: 0.2, total: { configId: 'bbbbbbbbbbbb' } });
    expect(more).toEqual([]);
  });

  test('each formula, ledger and match for itself', () => {
    const requested = compared({ attention: 500, loss: 200, head: 300 }, measured, { ledger: 'requested' });
    const away = compared({ attention: 500, loss: 200, head: 300 }, measured, {
      matched: (config) => ({ config, unmet: [] }),
    });
    const named = compared({ attention: 500, loss: 200, head: 300 }, measured, { id: 'another' });
    const rows = cancellations([...small, ...requested, ...away, ...named]);
    expect(rows.map(({ estimator, ledger, match, of }) => `${estimator} ${ledger} ${match} ${of}`)).toEqual([
      'example buffers nearest 1',
      'example requested nearest 1',
      'example buffers away 1',
      'another buffers nearest 1',
    ]);
  });
});
