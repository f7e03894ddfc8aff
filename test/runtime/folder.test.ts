import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { packageRoot, runtimeFolder } from '../../src/runtime/folder.ts';

afterEach(() => vi.unstubAllEnvs());

it('finds the package from src/', () => {
  expect(JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')).name).toBe('memproof');
});

it('puts the runtime into the package, or where MEMPROOF_RUNTIME_DIR says', () => {
  vi.stubEnv('MEMPROOF_RUNTIME_DIR', undefined);
  expect(runtimeFolder()).toBe(join(packageRoot(), '.runtime'));
  vi.stubEnv('MEMPROOF_RUNTIME_DIR', 'some/where');
  expect(runtimeFolder()).toBe(resolve('some/where'));
});
