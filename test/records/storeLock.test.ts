import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lockStore } from '../../src/records/storeLock.ts';
import { temporaryFolder } from '../cli/memproof.ts';

const folder = temporaryFolder();
const module = new URL('../../dist/records/storeLock.js', import.meta.url).href;

/** A process that takes the lock, says so, and waits. */
async function holder(file: string) {
  const code = `import { lockStore } from '${module}'; lockStore(${JSON.stringify(file)}); console.log('held'); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return child;
}

test('a store that another process writes is refused, with its pid', async () => {
  const file = join(folder, 'a.jsonl');
  const child = await holder(file);
  expect(() => lockStore(file)).toThrow(`process ${child.pid}`);
  child.kill('SIGKILL');
  await once(child, 'exit');
  lockStore(file); // left behind by a process that is gone
  expect(readFileSync(`${file}.lock`, 'utf8')).toMatch(new RegExp(`^${process.pid}-`));
  lockStore(file); // ours already
});

test('the lock goes with its process, and an empty one is nobody’s', async () => {
  const file = join(folder, 'b.jsonl');
  writeFileSync(`${file}.lock`, '');
  const code = `import { lockStore } from '${module}'; lockStore(${JSON.stringify(file)});`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: 'inherit' });
  expect(await once(child, 'exit')).toEqual([0, null]);
  expect(existsSync(`${file}.lock`)).toBe(false);
});
