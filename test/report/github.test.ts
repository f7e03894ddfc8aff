import { expect, test } from 'vitest';
import { accuracyFileText } from '../../src/accuracy/baseline/accuracyFile.ts';
import { compareAccuracy } from '../../src/accuracy/baseline/changes.ts';
import { annotations, stepSummary } from '../../src/report/github.ts';
import { exampleAccuracyFile } from '../accuracy/baseline/exampleBaseline.ts';
import { comparedRow } from '../accuracy/exampleEstimator.ts';

/** `count` formulas, of which the n-th errs by n % or, later, by n % more. */
const formulas = (count: number, factor: number) =>
  Array.from({ length: count }, (_, n) =>
    comparedRow(1000 + 10 * n * factor, 1000, { estimator: `formula-${String(n).padStart(3, '0')}` }),
  );
const committed = exampleAccuracyFile(formulas(16, 1));
const fileOf = (accuracy: typeof committed, path = 'x.accuracy.json') => ({
  path,
  text: accuracyFileText(accuracy),
  rows: accuracy.rows,
});
const now = exampleAccuracyFile(formulas(16, 2)); // the first errs by nothing, as before
const comparison = compareAccuracy(now, committed);
const holds = compareAccuracy(committed, committed);

test('nothing fails: no annotation, and a summary of two sentences', () => {
  expect(annotations(holds, fileOf(committed))).toBe('');
  expect(stepSummary(holds, 'x.accuracy.json')).toBe(
    '### memproof check: ok\n\n`x.accuracy.json`: 16 unchanged, 0 changed, 0 removed, 0 added.\n',
  );
});

test('ten errors, the worst first, and a warning that counts the rest: GitHub shows ten of each type', () => {
  const lines = annotations(comparison, fileOf(committed)).trimEnd().split('\n');
  expect(lines).toHaveLength(11);
  const fileLines = accuracyFileText(committed).split('\n');
  lines.slice(0, 10).forEach((line, index) => {
    const [, number] = line.match(/^::error file=x\.accuracy\.json,line=(\d+),title=memproof check%3A worse::/) ?? [];
    const id = `formula-${String(15 - index).padStart(3, '0')}`;
    expect(line).toContain(`::${id} step-peak buffers matched: other predictions: medianErrorRatio`);
    expect(fileLines[Number(number) - 1]).toContain(`"estimator": "${id}"`);
  });
  expect(lines[10]).toBe('::warning file=x.accuracy.json::5 more rows fail; the log has all.');
});

test('the row is found whatever the layout of the file, and whatever its texts', () => {
  const accuracy = exampleAccuracyFile([
    comparedRow(2, 1, { estimator: 'a "estimator": b' }),
    comparedRow(2, 1, { estimator: 'c' }),
  ]);
  const gone = compareAccuracy(exampleAccuracyFile(formulas(2, 1)), accuracy);
  const lines = (text: string) =>
    [...annotations(gone, { ...fileOf(accuracy), text }).matchAll(/line=(\d+)/g)].map(([, n]) => Number(n));
  const text = accuracyFileText(accuracy);
  const at = (part: string) => text.slice(0, text.indexOf(part)).split('\n').length;
  expect(lines(text)).toEqual([at('"a \\"estimator'), at('"estimator": "c"')]);
  expect(lines(JSON.stringify(accuracy))).toEqual([1, 1]);
});

test('what separates in a workflow command is escaped, in properties and in the message', () => {
  const estimator = 'a%b\r\n::error::c,d:e';
  const before = exampleAccuracyFile([...formulas(16, 1), comparedRow(2, 1, { estimator })], { configurations: 16 });
  expect(annotations(compareAccuracy(committed, before), { ...fileOf(before, 'a:b,c%.json'), text: '' })).toBe(
    '::error file=a%3Ab%2Cc%25.json,line=1,title=memproof check%3A removed::a%25b%0D%0A::error::c,d:e step-peak buffers matched: no longer compared\n',
  );
});

test('fewer configurations are an error at the line of their number', () => {
  const fewer = compareAccuracy({ ...committed, configurations: 9 }, committed);
  const line =
    accuracyFileText(committed)
      .split('\n')
      .findIndex((text) => text.includes('"configurations"')) + 1;
  expect(annotations(fewer, fileOf(committed))).toBe(
    `::error file=x.accuracy.json,line=${line},title=memproof check%3A removed::fewer configurations: 9, committed 16\n`,
  );
});

test('the summary is a screen: twelve rows open, the rest folded', () => {
  const markdown = stepSummary(comparison, 'x.accuracy.json');
  expect(markdown).toMatch(
    /^### memproof check: FAILED\n\n`x\.accuracy\.json`: 1 unchanged, 15 changed \(15 worse\), 0 removed, 0 added\.\n/,
  );
  const [open = '', folded = ''] = markdown.split('<details><summary>3 more</summary>');
  expect(open.match(/^\| `formula-\d+ step-peak buffers matched` \| worse \| other predictions: /gm)).toHaveLength(12);
  expect(folded.match(/^\| `formula-/gm)).toHaveLength(3);
  expect(markdown).toContain('no longer what its authors ship');
});

test('no text of a file can end a cell, a code span or the table', () => {
  const estimator = 'a|b`c\n<script>';
  const gone = compareAccuracy(committed, exampleAccuracyFile([...formulas(16, 1), comparedRow(2, 1, { estimator })]));
  expect(stepSummary(gone, 'x.json')).toContain(
    '| `a\\|b c <script> step-peak buffers matched` | removed | no longer compared |',
  );
});

test('however many rows fail, the summary stays within what GitHub takes', () => {
  const many = exampleAccuracyFile(formulas(3000, 1));
  const markdown = stepSummary(compareAccuracy(exampleAccuracyFile(formulas(3000, 2)), many), 'x.json');
  expect(Buffer.byteLength(markdown)).toBeLessThan(2 ** 20 / 4); // several checks in one step
  expect(markdown).toContain(`${2999 - 12 - 500} more are in the log.`);
});
