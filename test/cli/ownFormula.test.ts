/** A formula from a file: scored as any other, and one clear error where it is none. */
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'csv-parse/sync';
import { expect, test } from 'vitest';
import { memproof, temporaryFolder } from './memproof.ts';

const inRepository = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const SAMPLE = inRepository('docs/own-formula.mjs');
const RECORDS = inRepository('results/baselines/cpu/quickstart.jsonl');
const folder = temporaryFolder();

function json(...args: string[]) {
  const { stdout, stderr, exitCode } = memproof(...args, '--json');
  expect([exitCode, stderr]).toEqual([0, '']);
  return JSON.parse(stdout);
}

test('the sample of the documentation estimates', () => {
  const sizes = ['model.layers=2', 'model.hiddenSize=8', 'model.heads=2', 'batch.size=3', 'batch.sequenceLength=5'];
  const { predictions, parameterCount } = json(
    'estimate',
    ...sizes.flatMap((size) => ['--set', size]),
    '--estimator',
    SAMPLE,
  );
  const steady = 16 * parameterCount;
  const peak = steady + 12 * 4 * 2 * (3 * 5) * 8;
  expect(
    predictions.map(({ estimator, quantity, bytes, match }: Record<string, unknown>) => [
      estimator,
      quantity,
      bytes,
      match,
    ]),
  ).toEqual([
    ...Array(3).fill(['sixteen-bytes', 'steady', steady, 'matched']),
    ...Array(3).fill(['sixteen-bytes', 'step-peak', peak, 'matched']),
  ]);
});

test('it is scored beside all others, on measured records', () => {
  const output = join(folder, 'report');
  const { exitCode } = memproof('report', RECORDS, '--estimator', 'all', '--estimator', SAMPLE, '-o', output, '-q');
  expect(exitCode).toBe(0);
  const rows: Record<string, string>[] = parse(readFileSync(join(output, 'accuracy.csv')), { columns: true });
  const ids = new Set(rows.map(({ estimator }) => estimator));
  expect([...ids]).toEqual(expect.arrayContaining(['sixteen-bytes', 'rees-2023', 'tfjs-closed-form']));
  const of = { estimator: 'sixteen-bytes', quantity: 'step-peak', ledger: 'requested' };
  // Ten configurations, and the rule promises too little for each: it has no term for the logits or the heads.
  expect(rows).toContainEqual(expect.objectContaining({ ...of, match: 'matched', count: '10', under_count: '10' }));
});

test('its accuracy can be committed and checked, and rows of other formulas stay', () => {
  const file = join(folder, 'quickstart.accuracy.json');
  copyFileSync(inRepository('results/baselines/cpu/quickstart.accuracy.json'), file);
  const only = ['--estimator', SAMPLE, '--baseline', file];
  expect(memproof('check', RECORDS, ...only, '--update', '-q').exitCode).toBe(0);
  const { added, removed, changed, unchanged } = json('check', RECORDS, ...only);
  expect([added, removed, changed]).toEqual([[], [], []]);
  const ids = new Set(unchanged.map((row: { estimator: string }) => row.estimator));
  expect([...ids]).toEqual(expect.arrayContaining(['sixteen-bytes', 'rees-2023']));
});

test('it may lie anywhere and still import memproof; a named export does', () => {
  const file = join(folder, 'anywhere.mjs');
  writeFileSync(
    file,
    `import { itemised } from 'memproof';
     export class Own { id = 'own'; predicts = [{ quantity: 'weights', ledgers: ['buffers'] }]; bytes = 12;
       predict() { return { weights: itemised({ weights: this.bytes }) }; } }
     export const estimator = new Own();`,
  );
  const { predictions } = json('estimate', '--estimator', file);
  expect(predictions).toEqual([
    expect.objectContaining({ estimator: 'own', quantity: 'weights', ledger: 'buffers', bytes: 12, match: 'matched' }),
  ]);
});

test('it is told how the model is spread', () => {
  const file = formulaWith(
    'predict: (_, { tensorParallel }) => ({ weights: { kind: "bytes", total: tensorParallel } })',
  );
  const { predictions, deployment } = json('estimate', '--estimator', file, '--deploy', 'tensorParallel=8');
  expect(deployment).toMatchObject({ tensorParallel: 8, zeroStage: 0 });
  expect(predictions[0]).toMatchObject({ bytes: 8, components: { unitemised: 8 } });
});

let files = 0;
/** A small formula set in which `change` replaces something. */
function formulaWith(change: string): string {
  const file = join(folder, `formula-${files++}.mjs`);
  writeFileSync(
    file,
    `export default { id: 'own', predicts: [{ quantity: 'weights', ledgers: ['buffers'] }],
       predict: () => ({ weights: { kind: 'bytes', components: { weights: 4 }, total: 4 } }), ${change} };`,
  );
  return file;
}
const answering = (answer: string): string => formulaWith(`predict: () => (${answer})`);
const bytesAnswer = (components: string, total: string): string =>
  answering(`{ weights: { kind: 'bytes', components: ${components}, total: ${total} } }`);

test.each([
  ['no id', formulaWith('id: undefined'), 'E_ESTIMATOR', 'id is missing'],
  ['an id that no file name can be', formulaWith('id: "My Own"'), 'E_ESTIMATOR', 'small letters'],
  ['an id that is taken', formulaWith('id: "rees-2023"'), 'E_ESTIMATOR', 'another formula set'],
  ['predict that is no function', formulaWith('predict: 5'), 'E_ESTIMATOR', 'predict must be a function'],
  ['no predict', formulaWith('predict: undefined'), 'E_ESTIMATOR', 'predict is missing'],
  [
    'a quantity that does not exist',
    formulaWith('predicts: [{ quantity: "heat", ledgers: ["buffers"] }]'),
    'E_ESTIMATOR',
    'there is no quantity "heat"',
  ],
  [
    'a ledger that does not exist',
    formulaWith('predicts: [{ quantity: "weights", ledgers: ["cloud"] }]'),
    'E_ESTIMATOR',
    'there is no ledger "cloud"',
  ],
  ['nothing predicted', formulaWith('predicts: []'), 'E_ESTIMATOR', 'predicts is empty'],
  ['NaN', bytesAnswer('{}', 'NaN'), 'E_ESTIMATOR_ANSWER', 'weights.total NaN is not a whole number'],
  ['a part that is NaN', bytesAnswer('{ loss: NaN }', '4'), 'E_ESTIMATOR_ANSWER', 'components.loss NaN is not'],
  ['a negative number', bytesAnswer('{ loss: -4 }', '-4'), 'E_ESTIMATOR_ANSWER', 'weights.total -4 is negative'],
  ['half a byte', bytesAnswer('{ loss: 0.5 }', '0.5'), 'E_ESTIMATOR_ANSWER', '0.5 is not a whole number'],
  [
    'parts that do not add up',
    bytesAnswer('{ loss: 4 }', '5'),
    'E_ESTIMATOR_ANSWER',
    'add up to 4, but the total is 5',
  ],
  ['a part that does not exist', bytesAnswer('{ heat: 4 }', '4'), 'E_ESTIMATOR_ANSWER', '"heat" is no component'],
  ['a quantity not promised', answering('{ steady: { kind: "bytes", total: 4 } }'), 'E_ESTIMATOR_ANSWER', '"steady"'],
  ['a number alone', answering('{ weights: 4 }'), 'E_ESTIMATOR_ANSWER', 'kind: "bytes"'],
  ['nothing', answering('undefined'), 'E_ESTIMATOR_ANSWER', 'is not an object'],
  ['a promise', formulaWith('predict: async () => ({})'), 'E_ESTIMATOR_ANSWER', 'a promise'],
  ['an exception', formulaWith('predict() { null.x; }'), 'E_ESTIMATOR_ANSWER', 'predict threw TypeError'],
  ['a changed configuration', formulaWith('predict(c) { c.model.layers = 1; }'), 'E_ESTIMATOR_ANSWER', 'read only'],
  [
    'an exception of an assumption',
    formulaWith('assumptions: [{ id: "a", statement: "b", holds() { throw "no"; } }]'),
    'E_ESTIMATOR_ANSWER',
    'assumption "a": holds threw no',
  ],
  ['a file that is not there', join(folder, 'none.mjs'), 'E_FILE_UNREADABLE', 'none.mjs'],
])('%s is an error that says so', (_name, file, code, text) => {
  for (const verb of [['estimate'], ['report', RECORDS], ['run', '--set', 'batch.size=1', '--dry-run']]) {
    const { stdout, stderr, exitCode } = memproof(...verb, '--estimator', file);
    expect(stderr).toContain(`memproof: ${code}: `);
    expect(stderr).toContain(text);
    expect(stderr).toContain('→');
    expect([stdout, exitCode]).toEqual(['', 2]);
  }
});

test.each([
  ['that is no JavaScript', 'export default {', 'it does not load: SyntaxError'],
  ['that exports nothing', 'const id = 1;', 'exports neither'],
])('a file %s', (_name, source, text) => {
  const file = join(folder, `source-${files++}.mjs`);
  writeFileSync(file, source);
  const { stderr, exitCode } = memproof('estimate', '--estimator', file);
  expect(stderr).toContain('E_ESTIMATOR');
  expect(stderr).toContain(text);
  expect(exitCode).toBe(2);
});

test('with -v an exception shows its stack', () => {
  const { stderr } = memproof('estimate', '-v', '--estimator', formulaWith('predict() { null.x; }'));
  expect(stderr).toMatch(/at .*formula-\d+\.mjs:\d+/);
});

test('its row stands in the table of laws, and alone it is told what it breaks', () => {
  const laws = inRepository('results/baselines/cpu/metamorphic.jsonl');
  const beside = memproof('report', laws, '--show', 'metamorphic', '--estimator', 'rees-2023', '--estimator', SAMPLE);
  expect(beside.stdout).toMatch(/^sixteen-bytes( +ok){4} +NO +NO /m);
  const alone = memproof('report', laws, '--show', 'metamorphic', '--estimator', SAMPLE);
  // Twelve widths per token, however many heads, however long the sequence.
  expect(alone.stdout.replaceAll(/\s+/g, ' ')).toContain('step-peak(heads × 2) − step-peak(base) is 0 by the formula');
});
