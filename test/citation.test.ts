/** CITATION.cff against what the Citation File Format 1.2.0 demands, without a YAML parser: the file keeps to one key a line. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { VERSION } from '../src/version.ts';

const text = readFileSync(new URL('../CITATION.cff', import.meta.url), 'utf8');
const topLevel = new Map(
  [...text.matchAll(/^([a-z-]+):[ ]?(.*)$/gm)].map(([, key = '', value = '']) => [
    key,
    value.replace(/^"(.*)"$/, '$1'),
  ]),
);

/** The keys that the schema of 1.2.0 knows at the top (schema.json of citation-file-format, `properties`). */
const KNOWN =
  `abstract authors cff-version commit contact date-released doi identifiers keywords license license-url message
  preferred-citation references repository repository-artifact repository-code title type url version`.split(/\s+/);

test('it has every required key, and only known ones', () => {
  for (const required of ['authors', 'cff-version', 'message', 'title']) expect(topLevel.has(required)).toBe(true);
  expect([...topLevel.keys()].filter((key) => !KNOWN.includes(key))).toEqual([]);
  expect(topLevel.get('cff-version')).toBe('1.2.0');
  expect(['software', 'dataset']).toContain(topLevel.get('type'));
  expect(text).toMatch(/^authors:\n(?: {2}- name: ".+"\n)+/m); // an entity needs a name
});

test('version and licence are those of the package', () => {
  const { license } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  expect([topLevel.get('version'), topLevel.get('license')]).toEqual([VERSION, license]);
});
