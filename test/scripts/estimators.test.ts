import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { page } from '../../scripts/estimators/page.mjs';
import { changedKeys } from '../../src/config/perturb.ts';
import { resolveConfig } from '../../src/config/resolve.ts';
import { CONFIG_PATHS } from '../../src/config/schema.ts';
import { groundOf } from '../../src/estimators/estimator.ts';
import { ESTIMATORS } from '../../src/estimators/index.ts';
import { deploymentKeys, isIgnored, keyTable } from '../../src/estimators/keyTable.ts';

const TEXT = readFileSync(new URL('../../docs/estimators.md', import.meta.url), 'utf8');
const tools = { keyTable, deploymentKeys, isIgnored, groundOf, changedKeys, plain: resolveConfig({}) };

test('docs/estimators.md is what the code says; `npm run docs:estimators` makes it so', () => {
  expect(page(TEXT, ESTIMATORS, tools)).toBe(TEXT);
});

test('every set has a section of its own, with a source, all assumptions and every key', () => {
  const sections = new Map(TEXT.split(/^## /m).map((section) => [section.split('\n', 1)[0], section]));
  for (const { id, source, assumptions } of ESTIMATORS) {
    const section = sections.get(id) ?? '';
    expect(section).toContain(source.citation);
    for (const assumption of assumptions) expect(section).toContain(`| \`${assumption.id}\` | `);
    for (const path of CONFIG_PATHS) expect(section, id).toContain(`\`${path}\``);
  }
});

test('what is written by hand stays, and a set without a section gets one', () => {
  const [first] = ESTIMATORS;
  if (first === undefined) throw new Error('there are no sets');
  const added = page(TEXT, [...ESTIMATORS, { ...first, id: 'another-set' }], tools);
  const kept = added.split('\n');
  for (const line of TEXT.split('\n')) expect(kept).toContain(line);
  expect(added).toMatch(/\n## another-set\n\n<!-- generated: another-set /);
  expect(page(added, [...ESTIMATORS, { ...first, id: 'another-set' }], tools)).toBe(added);
  expect(() => page('# Formula sets\n', ESTIMATORS, tools)).toThrow('has no block');
});
