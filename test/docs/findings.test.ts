/** docs/findings.md quotes rows: each must be what the formulas and the committed records say today. */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { expect, test } from 'vitest';
import { compareRecords, isCompared } from '../../src/accuracy/compare.ts';
import { ESTIMATORS } from '../../src/estimators/index.ts';
import { committedRecords } from '../records/committedRecords.ts';

const page = readFileSync(new URL('../../docs/findings.md', import.meta.url), 'utf8');
const TABLE = /^From `results\/baselines\/cpu\/(\S+)`:\n\n\| estimator .*\n\|[-|]*\n((?:\|.*\n)+)/gm;

const quoted = [...page.matchAll(TABLE)].flatMap(([, file = '', rows = '']) =>
  rows
    .trimEnd()
    .split('\n')
    .map((row) => {
      const [estimator = '', quantity = '', ledger = '', match = '', id = '', predicted = '', measured = ''] = row
        .split('|')
        .slice(1)
        .map((cell) => cell.trim());
      return { sweep: basename(file, '.jsonl'), estimator, quantity, ledger, match, id, predicted, measured };
    }),
);

test('each finding has its rows', () => {
  expect(page.match(/^## \d/gm)).toHaveLength(9);
  expect(quoted.length).toBeGreaterThanOrEqual(14);
});

test.each(quoted)('$estimator $quantity $ledger at $id', ({ sweep, id, estimator, predicted, measured, ...row }) => {
  const records = committedRecords(sweep).filter(({ configId }) => configId === id);
  const found = compareRecords(
    records,
    ESTIMATORS.filter((one) => one.id === estimator),
  )
    .filter(isCompared)
    .find(({ quantity, ledger }) => quantity === row.quantity && ledger === row.ledger);
  expect(found).toMatchObject({
    match: row.match,
    predictedBytes: Number(predicted),
    measuredBytes: Number(measured),
  });
});
