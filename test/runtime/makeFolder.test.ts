import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { makeFolder } from '../../src/runtime/makeFolder.ts';

const base = mkdtempSync(join(tmpdir(), 'memproof-folder-'));
afterAll(() => rmSync(base, { recursive: true }));

it('makes every missing level, and does nothing twice', () => {
  const folder = join(base, 'a/b/c');
  makeFolder(folder);
  makeFolder(folder);
  expect(statSync(folder).isDirectory()).toBe(true);
});

it('throws at once where a file system refuses new folders, and below a file', () => {
  expect(() => makeFolder('/proc/memproof/below')).toThrow(/ENOENT|EACCES/);
  writeFileSync(join(base, 'file'), '');
  expect(() => makeFolder(join(base, 'file/below'))).toThrow('ENOTDIR');
});
