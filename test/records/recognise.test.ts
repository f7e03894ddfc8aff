import { expect, test } from 'vitest';
import { z } from 'zod';
import { judgedRecordSchema, parseJudged } from '../../src/records/judged.ts';
import { readingSchema, reconciliationRowSchema } from '../../src/records/measurement.ts';
import { recogniser } from '../../src/records/recognise.ts';
import { committedRecords } from './committedRecords.ts';
import { exampleReading, measuredRecord } from './exampleRecord.ts';

const item = z.strictObject({
  name: z.string(),
  kind: z.enum(['a', 'b']),
  size: z.int().positive().nullable(),
  bound: z.literal(true).optional(),
  parts: z.array(z.int()).optional(),
});
const isItem = recogniser(item);
const WHOLE = { name: 'x', kind: 'a', size: 1, bound: true, parts: [-1, 0] };

test('what a schema takes as it is', () => {
  const { bound: _, parts: __, ...least } = WHOLE;
  for (const value of [WHOLE, least, { ...least, parts: [] }, { ...WHOLE, size: null }]) {
    expect(isItem(value)).toBe(true);
    expect(item.parse(value)).toEqual(value);
  }
});

test.each([
  ['another type', { ...WHOLE, name: 1 }],
  ['none of the names', { ...WHOLE, kind: 'c' }],
  ['less than the least', { ...WHOLE, size: 0 }],
  ['a fraction', { ...WHOLE, size: 1.5 }],
  ['more than is exact', { ...WHOLE, parts: [2 ** 53] }],
  ['an unknown key', { ...WHOLE, more: 1 }],
  ['a missing key', { name: 'x', kind: 'a' }],
  ['a missing first key', { kind: 'a', size: 1 }],
  ['no object', null],
  ['a list', [WHOLE]],
])('%s is not recognised, and the schema refuses it', (_, value) => {
  expect(isItem(value)).toBe(false);
  expect(item.safeParse(value).success).toBe(false);
});

test.each([
  ['keys in another order', { kind: 'a', name: 'x', size: 1 }, item],
  ['an object that may have more keys', { a: 1 }, z.object({ a: z.int() })],
  ['a text with a format', 'a@b.cd', z.email()],
  ['a text of some length', 'abc', z.string().min(1)],
  ['a multiple', 4, z.int().multipleOf(2)],
  ['a list that is not too long', [1], z.array(z.int()).max(1)],
  ['what is changed on the way', '1', z.string().transform(Number)],
])('%s is left to the schema', (_, value, schema) => {
  expect(recogniser(schema)(value)).toBe(false);
  expect(schema.safeParse(value).success).toBe(true);
});

test.each([
  ['a number', z.number().min(0).lt(1), [0, 0.5], [1, -0.1, Number.NaN, '0']],
  ['a whole number', z.int().positive().max(9), [1, 9], [0, 10, 1.5]],
  ['a truth value', z.boolean(), [true, false], [0, null]],
  ['a list of some length', z.array(z.int()).min(1), [[1]], [[], ['a']]],
  ['a text with a pattern', z.string().regex(/^[0-9a-f]{2}$/), ['0f'], ['0g', '0f0', 15]],
  ['values by name', z.record(z.string(), z.number()), [{}, { a: 1 }], [{ a: '1' }, [1], null]],
])('%s, and what is none', (_, schema, taken, refused) => {
  for (const value of taken) {
    expect(recogniser(schema)(value)).toBe(true);
    expect(schema.parse(value)).toEqual(value);
  }
  for (const value of refused) {
    expect(recogniser(schema)(value)).toBe(false);
    expect(schema.safeParse(value).success).toBe(false);
  }
});

test('every entry of committed records is recognised, and the record is what its schema makes of it', () => {
  for (const record of committedRecords('techniques')) {
    if (record.outcome !== 'measured') continue;
    expect(record.readings.every(recogniser(readingSchema))).toBe(true);
    expect(record.reconciliation.every(recogniser(reconciliationRowSchema))).toBe(true);
    const text = JSON.stringify(record);
    expect(JSON.stringify(parseJudged(JSON.parse(text)).data)).toBe(JSON.stringify(judgedRecordSchema.parse(record)));
  }
});

const RECORD = measuredRecord([exampleReading(1000), exampleReading(2000)]);
test.each([
  ['an entry far down', { ...RECORD, readings: [...RECORD.readings, { ...RECORD.readings[0], bytes: 0.5 }] }],
  ['no entry', { ...RECORD, readings: [] }],
  ['no list', { ...RECORD, reconciliation: undefined }],
  ['a key beside the lists', { ...RECORD, more: 1 }],
  ['another outcome', { ...RECORD, outcome: 'failed' }],
  ['no record', 'text'],
  ['nothing', null],
])('a record that is wrong in %s gets the words of the schema', (_, value) => {
  const { success, error } = parseJudged(value);
  expect(success).toBe(false);
  expect(error?.issues).toEqual(judgedRecordSchema.safeParse(value).error?.issues);
});
