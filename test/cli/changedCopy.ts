/** A copy of the compiled command line with one change in it: what a gate must notice, seen through the whole of it. */
import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const inRepository = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** Copies into `folder`; the path of the copy's entry. `change` in `file` (below dist) must be one place, or nothing would be tested. */
export function changedCopy(folder: string, file: string, [before, after]: readonly [string, string]): string {
  for (const part of ['dist', 'package.json']) cpSync(inRepository(part), join(folder, part), { recursive: true });
  symlinkSync(inRepository('node_modules'), join(folder, 'node_modules'));
  const path = join(folder, 'dist', file);
  const pieces = readFileSync(path, 'utf8').split(before);
  if (pieces.length !== 2) throw new Error(`"${before}" stands ${pieces.length - 1} times in ${file}`);
  writeFileSync(path, pieces.join(after));
  return join(folder, 'dist/cli/main.js');
}
