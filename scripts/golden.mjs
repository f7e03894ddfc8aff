#!/usr/bin/env node
/** Checks files of golden vectors against the formula sets: `npm run golden -- FILE|FOLDER…`. Exit 1 if a value differs, 2 if a file cannot be judged. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { differences, goldenFileSchema } from '../dist/estimators/golden.js';
import { ESTIMATORS } from '../dist/estimators/index.js';

const originals = new Map(
  ESTIMATORS.flatMap(({ originals = [] }) => originals).map((original) => [original.id, original]),
);
const paths = process.argv.slice(2);
const absent = paths.filter((path) => !existsSync(path));
if (paths.length === 0 || absent.length > 0) {
  for (const path of absent) process.stderr.write(`${path}: there is no such file or folder\n`);
  process.stderr.write('usage: npm run golden -- FILE|FOLDER…\n');
  process.exit(2);
}
const files = paths.flatMap((path) =>
  statSync(path).isDirectory()
    ? readdirSync(path)
        .filter((name) => name.endsWith('.json'))
        .map((name) => join(path, name))
    : [path],
);

let worst = 0;
for (const file of files) {
  let golden;
  try {
    golden = goldenFileSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    process.stderr.write(`${file}: not a file of golden vectors: ${error.message}\n`);
    worst = 2;
    continue;
  }
  const original = originals.get(golden.id);
  if (original === undefined) {
    process.stderr.write(`${file}: no formula set has the original "${golden.id}"\n`);
    worst = 2;
    continue;
  }
  const found = differences(golden, original);
  const wrong = new Set(found.map(({ vector }) => vector)).size;
  process.stdout.write(`${golden.id}: ${golden.vectors.length - wrong} of ${golden.vectors.length} vectors\n`);
  for (const { vector, path, expected, found: value } of found)
    process.stdout.write(
      `  ${vector}: ${path} is ${JSON.stringify(value)}, the original gave ${JSON.stringify(expected)}\n`,
    );
  if (found.length > 0 && worst === 0) worst = 1;
}
process.exit(worst);
