import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { differences, goldenFileSchema } from '../../src/estimators/golden.ts';
import { ESTIMATORS } from '../../src/estimators/index.ts';

const folder = new URL('upstream/', import.meta.url);
const originals = new Map(
  ESTIMATORS.flatMap(({ originals = [] }) => originals).map((original) => [original.id, original]),
);
const files = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .map((name) => goldenFileSchema.parse(JSON.parse(readFileSync(new URL(name, folder), 'utf8'))));

describe.each(files.filter(({ id }) => originals.has(id)).map((file) => [file.id, file] as const))('%s', (id, file) => {
  test.each(file.vectors.map((vector) => [vector.name, vector] as const))('%s', (_name, vector) => {
    const original = originals.get(id);
    if (original === undefined) throw new Error(id);
    expect(differences({ ...file, vectors: [vector] }, original)).toEqual([]);
  });
});

test('every file says where its vectors are from', () => {
  expect(files.length).toBeGreaterThan(10);
  for (const file of files) expect(file).toHaveProperty(['upstream', 'commit']);
});
