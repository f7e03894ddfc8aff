/** The published JSON Schemas judge what memproof writes, with a validator that is not memproof's. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, test } from 'vitest';
import { type Judgement, judge } from '../../src/accuracy/judge.ts';
import { ESTIMATORS } from '../../src/estimators/index.ts';
import type { JudgedRecord } from '../../src/records/judged.ts';
import { readRecords } from '../../src/records/store.ts';
import { reportDocumentSchema } from '../../src/report/documentSchema.ts';
import { jsonReport } from '../../src/report/jsonReport.ts';
import { jsonSchemas } from '../../src/report/jsonSchemas.ts';
import { reportId } from '../../src/report/reportId.ts';
import { exampleEstimator } from '../accuracy/exampleEstimator.ts';
import { publishedRecords } from '../accuracy/published.ts';
import { externalRecord } from '../records/exampleExternal.ts';
import { exampleConfig, measuredRecord, unmeasuredRecord } from '../records/exampleRecord.ts';

const file = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

/** Refuses a schema with a keyword that draft 2020-12 does not have. */
function validator(name: string): ValidateFunction {
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
  addFormats.default(ajv);
  return ajv.compile(JSON.parse(file(`docs/schema/${name}`)));
}

const isReport = validator('report.schema.json');
const isRecord = validator('record.schema.json');
const documentOf = (judgement: Judgement) => JSON.parse([...jsonReport(judgement)].join(''));

const outcomes = (['out-of-memory', 'failed', 'skipped'] as const).map((outcome, index) =>
  unmeasuredRecord(outcome, exampleConfig({ batch: { size: index + 2 } })),
);
const records: JudgedRecord[] = [measuredRecord(), ...outcomes, externalRecord({ conditions: { mask: 'add' } })];

test.each(jsonSchemas())(
  'docs/schema/$file is the one of the code; `npm run update-golden` renews it',
  ({ file: name, text }) => {
    expect(file(`docs/schema/${name}`)).toBe(text);
  },
);

describe('report.schema.json', () => {
  test.each([
    ['every outcome and a key', judge(records, [exampleEstimator()], ['batch.size', 'runtime.memoryLimitMiB'])],
    ['nothing', judge([], [])],
    [
      'every formula set on real records',
      judge(readRecords(fileURLToPath(new URL('../golden/report/records.jsonl', import.meta.url))).records, ESTIMATORS),
    ],
  ])('takes a report of %s', (_, judgement) => {
    const document = documentOf(judgement);
    expect(isReport(document) || isReport.errors).toBe(true);
    expect(reportDocumentSchema.safeParse(document).error).toBeUndefined();
  });

  test.each([
    ['another id', { reportId: 'x' }],
    ['a key that nobody knows', { extra: 1 }],
    ['bytes that are none', { comparisons: [{ predictedBytes: 0.5 }] }],
    ['no methods', { methods: undefined }],
  ])('refuses %s', (_, change) => {
    const document = { ...documentOf(judge(records, [exampleEstimator()])), ...change };
    expect(isReport(JSON.parse(JSON.stringify(document)))).toBe(false);
  });
});

describe('record.schema.json', () => {
  const lines = ['quickstart', 'limit', 'techniques'].flatMap((name) =>
    file(`results/baselines/cpu/${name}.jsonl`).trim().split('\n').slice(0, 20),
  );

  test('takes committed lines as they are, older than a key of a configuration or not', () => {
    const parsed = lines.map((line) => JSON.parse(line));
    expect(new Set(parsed.map(({ configuration }) => 'attention' in configuration.model))).toEqual(
      new Set([true, false]),
    );
    for (const record of parsed) expect(isRecord(record) || isRecord.errors).toBe(true);
  });

  test('takes records of every outcome, and of others', () => {
    for (const record of [...records, ...publishedRecords('rees-2023').slice(0, 20)])
      expect(isRecord(JSON.parse(JSON.stringify(record))) || isRecord.errors).toBe(true);
  });

  test('refuses what is none', () => {
    const line = JSON.parse(lines[0] ?? '');
    for (const change of [
      { outcome: 'measured?' },
      { configId: 'x' },
      { startedAt: 'yesterday' },
      { readings: [] },
      { more: 1 },
    ])
      expect(isRecord({ ...line, ...change })).toBe(false);
    const { model, ...configuration } = line.configuration;
    expect(isRecord({ ...line, configuration: { ...configuration, model: { ...model, heads: 0.5 } } })).toBe(false);
  });
});

describe('the document', () => {
  test('holds every comparison, each configuration once, and what makes it citable', () => {
    const judgement = judge(records, [exampleEstimator()]);
    const document = documentOf(judgement);
    expect(document.reportId).toBe(reportId(records));
    expect(document.comparisons).toHaveLength(judgement.comparisons.length);
    expect(document.comparisons[0]).not.toHaveProperty('configuration');
    expect(document.records.map(({ outcome }: JudgedRecord) => outcome)).toEqual(records.map(({ outcome }) => outcome));
    expect(document.records[0].configuration).toEqual(records[0]?.configuration);
    expect(document.citation).toContain(document.reportId);
    expect(document.methods.violations.length).toBeGreaterThan(0);
    expect(document.formulas[0].assumptions).toEqual([
      { id: 'batch-1', statement: 'one sequence' },
      { id: 'sgd', statement: 'plain SGD' },
    ]);
  });
});
