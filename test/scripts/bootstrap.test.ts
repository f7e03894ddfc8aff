/** The bootstrap from nothing, again, twice at once, killed, and where something is missing. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { requireNode } from '../../scripts/bootstrap.mjs';
import { type Clone, makeClone } from './clone.ts';

const base = mkdtempSync(join(tmpdir(), 'memproof-bootstrap-'));
afterAll(() => rmSync(base, { recursive: true, force: true }));

let clone: Clone;
beforeEach(() => {
  clone = makeClone(base);
});

const distFolders = (): string[] => readdirSync(clone.folder).filter((name) => name.startsWith('dist'));

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await setTimeout(20);
}

describe('bootstrap', () => {
  it('does everything once, then nothing, quickly and silently', async () => {
    const first = await clone.bootstrap();
    expect(first).toMatchObject({ status: 0 });
    expect(first.stderr).toMatch(/^memproof: installing packages … \d+\.\d s\nmemproof: building … \d+\.\d s\n$/);
    expect(distFolders()).toEqual(['dist']);

    const startMs = performance.now();
    expect(await clone.bootstrap()).toEqual({ status: 0, stderr: '' });
    expect(performance.now() - startMs).toBeLessThan(2000); // 0.1 s on an idle machine
  });

  it('builds again when a source changes, and keeps the old build when it does not compile', async () => {
    await clone.bootstrap();
    clone.put('src/cli/main.ts', 'export const main: number = "two";');
    const failed = await clone.bootstrap();
    expect(failed.status).toBe(5);
    expect(failed.stderr).toContain('src/cli/main.ts(1,14): error TS2322');
    expect(readFileSync(join(clone.folder, 'dist/cli/main.js'), 'utf8')).toContain('argv.length');
    expect(distFolders()).toEqual(['dist']);

    clone.put('src/cli/main.ts', 'export const main = 2;');
    expect(await clone.bootstrap(['--only', 'build'])).toMatchObject({ status: 0 });
    expect(readFileSync(join(clone.folder, 'dist/cli/main.js'), 'utf8')).toContain('main = 2');
  });

  it('does not install again what npm itself installed from the same lockfile', async () => {
    await clone.bootstrap(['--only', 'packages']);
    rmSync(join(clone.folder, 'node_modules/.memproof-stamp'));
    expect(await clone.bootstrap(['--only', 'packages'])).toEqual({ status: 0, stderr: '' });
    rmSync(join(clone.folder, 'node_modules/.memproof-stamp'));
    rmSync(join(clone.folder, 'node_modules/typescript'));
    expect((await clone.bootstrap(['--only', 'packages'])).stderr).toContain('installing packages');
  });

  it('two at once: one installs, the other waits', async () => {
    const env = clone.slowNpm(0.5);
    const both = await Promise.all([clone.bootstrap([], env), clone.bootstrap([], env)]);
    expect(both.map(({ status }) => status)).toEqual([0, 0]);
    expect(clone.npmCalls()).toBe(1);
    expect(both.map(({ stderr }) => stderr).join('')).toContain('waiting for it');
    expect(await clone.bootstrap()).toEqual({ status: 0, stderr: '' });
  });

  it('killed with -9 while npm runs: the next waits for the orphaned npm', async () => {
    const env = clone.slowNpm(1);
    const { child, ended } = clone.start('bootstrap.mjs', [], env);
    await until(() => clone.npmCalls() === 1 && existsSync(join(clone.folder, '.runtime/packages.lock')));
    await setTimeout(100);
    child.kill('SIGKILL');
    await ended;
    const next = await clone.bootstrap();
    expect(next).toMatchObject({ status: 0, stderr: expect.stringContaining('waiting for it') });
    expect(await clone.bootstrap()).toEqual({ status: 0, stderr: '' });
  });

  it('killed with -9 while it builds: the next builds and clears up', async () => {
    await clone.bootstrap(['--only', 'packages']);
    const { child, ended } = clone.start('bootstrap.mjs', ['--only', 'build']);
    await setTimeout(300);
    child.kill('SIGKILL');
    await ended;
    await setTimeout(1500); // the orphaned tsc ends
    mkdirSync(join(clone.folder, 'dist.old-4194305-1')); // above the largest pid of Linux, 2^22
    expect(await clone.bootstrap()).toMatchObject({ status: 0 });
    expect(distFolders()).toEqual(['dist']);
  });
});

describe('interrupted', () => {
  const note = (): string => join(clone.folder, 'started');
  const noting = (): string => `fs.writeFileSync(${JSON.stringify(note())}, String(process.pid));`;

  async function interrupt(only: string, signal: NodeJS.Signals, started: () => boolean, env = {}): Promise<string> {
    const { child, ended } = clone.start('bootstrap.mjs', ['--only', only], env);
    await until(started);
    child.kill(signal);
    const { status, stderr } = await ended;
    expect(status).toBe(130);
    expect(stderr).toMatch(/memproof: E_INTERRUPTED: .*\n {2}→ Run the same command again to go on.\n$/);
    return stderr;
  }

  it('while npm runs', async () => {
    const env = clone.slowNpm(60);
    const lock = join(clone.folder, '.runtime/packages.lock');
    const stderr = await interrupt('packages', 'SIGINT', () => clone.npmCalls() === 1 && existsSync(lock), env);
    expect(stderr).toContain('installing packages … interrupted\n');
    expect(existsSync(lock)).toBe(false);
  });

  it('while it builds: the compiler is gone, and so is what it made', async () => {
    clone.put('packages/typescript/bin/tsc', `const fs = require('fs'); ${noting()} setTimeout(() => {}, 60_000);`);
    await clone.bootstrap(['--only', 'packages']);
    await interrupt('build', 'SIGTERM', () => existsSync(note()));
    expect(() => process.kill(Number(readFileSync(note(), 'utf8')), 0)).toThrow('ESRCH');
    expect(distFolders()).toEqual([]);
  });

  it('while TensorFlow is set up, which is told so', async () => {
    clone.put(
      'dist/runtime/setup/index.js',
      `import fs from 'node:fs';
      export const setUpRuntime = ({ abort }) => {
        ${noting()}
        const timer = setTimeout(() => {}, 60_000);
        return new Promise((resolve) => abort.addEventListener('abort', () => resolve(clearTimeout(timer))));
      };`,
    );
    await interrupt('tensorflow', 'SIGINT', () => existsSync(note()));
  });
});

describe('what it cannot mend', () => {
  it('no npm', async () => {
    const { status, stderr } = await clone.bootstrap([], { PATH: join(clone.folder, 'nothing') });
    expect(status).toBe(3);
    expect(stderr).toContain('there is no `npm`');
    expect(stderr).toContain('`estimate`, `report`, `check`, `list`, `run --backend javascript`');
  });

  it('npm fails', async () => {
    clone.put('package-lock.json', JSON.stringify({ name: 'clone', lockfileVersion: 3, packages: {} }));
    const { status, stderr } = await clone.bootstrap();
    expect(status).toBe(3);
    expect(stderr).toMatch(
      /installing packages … failed\nmemproof: E_PACKAGES: .*npm ci.* says:\nnpm error code EUSAGE/,
    );
    expect(existsSync(join(clone.folder, '.runtime/packages.lock'))).toBe(false);
  });

  it('an error of the set-up of TensorFlow: its text, its remedy, its exit code', async () => {
    clone.put(
      'src/runtime/setup/index.ts',
      "export const setUpRuntime = async () => { throw Object.assign(new Error('No disk.'), { code: 'E_DISK', exitCode: 3, remedy: 'Buy one.' }); };",
    );
    const { status, stderr } = await clone.bootstrap();
    expect(status).toBe(3);
    expect(stderr).toContain('memproof: E_DISK: No disk.\n  → Buy one.\n');
  });

  it('wrong arguments', async () => {
    expect(await clone.bootstrap(['--only', 'nonsense'])).toMatchObject({ status: 2 });
    expect(await clone.bootstrap(['build'])).toMatchObject({ status: 2 });
  });

  it('an old Node', () => {
    for (const fit of ['20.19.0', '22.1.0', '24.0.0']) expect(() => requireNode(fit)).not.toThrow();
    for (const old of ['18.20.0', '20.18.3']) expect(() => requireNode(old)).toThrow(`Node ${old} is too old.`);
  });
});

describe('memproof.mjs', () => {
  it('brings a clone up to date, then runs main with the arguments', async () => {
    const first = await clone.start('memproof.mjs', ['one', 'two', 'three']).ended;
    expect(first.status).toBe(3);
    expect(first.stderr).toContain('building');
    expect(await clone.start('memproof.mjs', ['one']).ended).toEqual({ status: 1, stderr: '' });
  });

  it('goes straight on in an installed package, which has only native sources', async () => {
    rmSync(join(clone.folder, 'src'), { recursive: true });
    rmSync(join(clone.folder, 'tsconfig.json'));
    clone.put('src/runtime/native/addon.cc', '');
    clone.put('dist/cli/main.js', 'export const main = async () => 4;');
    expect(await clone.start('memproof.mjs', []).ended).toEqual({ status: 4, stderr: '' });
    expect(existsSync(join(clone.folder, 'node_modules'))).toBe(false);
  });
});
