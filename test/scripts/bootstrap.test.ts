/** The bootstrap in a small clone of its own: npm and tsc are the real ones, and nothing needs the network. */
import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { requireNode } from '../../scripts/bootstrap.mjs';
import { packageRoot } from '../../src/runtime/folder.ts';

const base = mkdtempSync(join(tmpdir(), 'memproof-bootstrap-'));
afterAll(() => rmSync(base, { recursive: true, force: true }));

let clone: string;
beforeEach(() => {
  clone = makeClone();
});

const put = (path: string, content: string): void => {
  mkdirSync(join(clone, path, '..'), { recursive: true });
  writeFileSync(join(clone, path), content);
};

/** Its only package stands for the TypeScript of this repository and lies in the clone, so that npm needs no network. */
function makeClone(): string {
  clone = mkdtempSync(join(base, 'clone-'));
  cpSync(join(packageRoot(), 'scripts'), join(clone, 'scripts'), { recursive: true });
  const tsc = join(packageRoot(), 'node_modules/typescript/bin/tsc');
  put('compiler/bin/tsc', `require(${JSON.stringify(tsc)})`);
  put('compiler/package.json', JSON.stringify({ name: 'typescript', version: '1.0.0' }));
  const dependencies = { typescript: 'file:compiler' };
  put('package.json', JSON.stringify({ name: 'clone', version: '1.0.0', type: 'module', dependencies }));
  const packages = {
    '': { name: 'clone', version: '1.0.0', dependencies },
    'node_modules/typescript': { resolved: 'compiler', link: true },
    compiler: { name: 'typescript', version: '1.0.0' },
  };
  put('package-lock.json', JSON.stringify({ name: 'clone', version: '1.0.0', lockfileVersion: 3, packages }));
  const compilerOptions = { module: 'nodenext', target: 'es2023', rootDir: 'src', types: [], skipLibCheck: true };
  put('tsconfig.build.json', JSON.stringify({ compilerOptions, include: ['src'] }));
  put('src/cli/main.ts', 'export async function main(argv: string[]): Promise<number> { return argv.length; }');
  put('src/runtime/setup/index.ts', 'export async function setUpRuntime() {}');
  return clone;
}

interface Ended {
  readonly status: number | null;
  readonly stderr: string;
}

function start(
  script: string,
  args: string[],
  env: NodeJS.ProcessEnv = {},
): { child: ChildProcess; ended: Promise<Ended> } {
  const child = spawn(process.execPath, [join(clone, 'scripts', script), ...args], {
    cwd: tmpdir(), // anywhere
    env: { ...process.env, ...env },
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return { child, ended: new Promise((resolve) => child.on('close', (status) => resolve({ status, stderr }))) };
}
const runBootstrap = (args: string[] = [], env: NodeJS.ProcessEnv = {}) => start('bootstrap.mjs', args, env).ended;

/** An `npm` in front of the real one: it notes the call, takes `seconds` and then does what was asked. */
function slowNpm(seconds: number): NodeJS.ProcessEnv {
  const calls = join(clone, 'npm-calls');
  const script = `#!/bin/sh\necho call >> '${calls}'\nsleep ${seconds}\nPATH="\${PATH#*:}"\nexec npm "$@"\n`;
  mkdirSync(join(clone, 'bin'));
  writeFileSync(join(clone, 'bin/npm'), script, { mode: 0o755 });
  return { PATH: `${join(clone, 'bin')}${delimiter}${process.env['PATH']}` };
}
const npmCalls = (): number => {
  const calls = join(clone, 'npm-calls');
  return existsSync(calls) ? readFileSync(calls, 'utf8').trim().split('\n').length : 0;
};
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await setTimeout(20);
}

describe('bootstrap', () => {
  it('does everything once, then nothing, quickly and silently', async () => {
    const first = await runBootstrap();
    expect(first).toMatchObject({ status: 0 });
    expect(first.stderr).toMatch(/^memproof: installing packages … \d+\.\d s\nmemproof: building … \d+\.\d s\n$/);
    expect(readdirSync(clone).filter((name) => name.startsWith('dist'))).toEqual(['dist']);

    const startMs = performance.now();
    expect(await runBootstrap()).toEqual({ status: 0, stderr: '' });
    expect(performance.now() - startMs).toBeLessThan(2000); // 0.1 s on an idle machine
  });

  it('builds again when a source changes, and keeps the old build when it does not compile', async () => {
    await runBootstrap();
    put('src/cli/main.ts', 'export const main: number = "two";');
    const failed = await runBootstrap();
    expect(failed.status).toBe(5);
    expect(failed.stderr).toContain('src/cli/main.ts(1,14): error TS2322');
    expect(readFileSync(join(clone, 'dist/cli/main.js'), 'utf8')).toContain('argv.length');
    expect(readdirSync(clone).filter((name) => name.startsWith('dist'))).toEqual(['dist']);

    put('src/cli/main.ts', 'export const main = 2;');
    expect(await runBootstrap(['--only', 'build'])).toMatchObject({ status: 0 });
    expect(readFileSync(join(clone, 'dist/cli/main.js'), 'utf8')).toContain('main = 2');
  });

  it('does not install again what npm itself installed from the same lockfile', async () => {
    await runBootstrap(['--only', 'packages']);
    rmSync(join(clone, 'node_modules/.memproof-stamp'));
    expect(await runBootstrap(['--only', 'packages'])).toEqual({ status: 0, stderr: '' });
    rmSync(join(clone, 'node_modules/.memproof-stamp'));
    rmSync(join(clone, 'node_modules/typescript'));
    expect((await runBootstrap(['--only', 'packages'])).stderr).toContain('installing packages');
  });

  it('two at once: one installs, the other waits', async () => {
    const env = slowNpm(0.5);
    const both = await Promise.all([runBootstrap([], env), runBootstrap([], env)]);
    expect(both.map(({ status }) => status)).toEqual([0, 0]);
    expect(npmCalls()).toBe(1);
    expect(both.map(({ stderr }) => stderr).join('')).toContain('waiting for it');
    expect(await runBootstrap()).toEqual({ status: 0, stderr: '' });
  });

  it('killed with -9 while npm runs: the next waits for the orphaned npm', async () => {
    const env = slowNpm(1);
    const { child, ended } = start('bootstrap.mjs', [], env);
    await until(() => npmCalls() === 1 && existsSync(join(clone, '.runtime/packages.lock')));
    await setTimeout(100);
    child.kill('SIGKILL');
    await ended;
    const next = await runBootstrap();
    expect(next).toMatchObject({ status: 0, stderr: expect.stringContaining('waiting for it') });
    expect(await runBootstrap()).toEqual({ status: 0, stderr: '' });
  });

  it('killed with -9 while it builds: the next builds and clears up', async () => {
    await runBootstrap(['--only', 'packages']);
    const { child, ended } = start('bootstrap.mjs', ['--only', 'build']);
    await setTimeout(300);
    child.kill('SIGKILL');
    await ended;
    await setTimeout(1500); // the orphaned tsc ends
    mkdirSync(join(clone, 'dist.old-4194305-1')); // above the largest pid of Linux, 2^22
    expect(await runBootstrap()).toMatchObject({ status: 0 });
    expect(readdirSync(clone).filter((name) => name.startsWith('dist'))).toEqual(['dist']);
  });
});

describe('what it cannot mend', () => {
  it('no npm', async () => {
    const { status, stderr } = await runBootstrap([], { PATH: join(clone, 'nothing') });
    expect(status).toBe(3);
    expect(stderr).toContain('there is no `npm`');
    expect(stderr).toContain('`estimate`, `report`, `check`, `list`, `run --backend javascript`');
  });

  it('npm fails', async () => {
    put('package-lock.json', JSON.stringify({ name: 'clone', lockfileVersion: 3, packages: {} }));
    const { status, stderr } = await runBootstrap();
    expect(status).toBe(3);
    expect(stderr).toMatch(
      /installing packages … failed\nmemproof: E_PACKAGES: .*npm ci.* says:\nnpm error code EUSAGE/,
    );
    expect(existsSync(join(clone, '.runtime/packages.lock'))).toBe(false);
  });

  it('an error of the set-up of TensorFlow: its text, its remedy, its exit code', async () => {
    put(
      'src/runtime/setup/index.ts',
      "export const setUpRuntime = async () => { throw Object.assign(new Error('No disk.'), { code: 'E_DISK', exitCode: 3, remedy: 'Buy one.' }); };",
    );
    const { status, stderr } = await runBootstrap();
    expect(status).toBe(3);
    expect(stderr).toContain('memproof: E_DISK: No disk.\n  → Buy one.\n');
  });

  it('wrong arguments', async () => {
    expect(await runBootstrap(['--only', 'nonsense'])).toMatchObject({ status: 2 });
    expect(await runBootstrap(['build'])).toMatchObject({ status: 2 });
  });

  it('an old Node', () => {
    for (const fit of ['20.19.0', '22.1.0', '24.0.0']) expect(() => requireNode(fit)).not.toThrow();
    for (const old of ['18.20.0', '20.18.3']) expect(() => requireNode(old)).toThrow(`Node ${old} is too old.`);
  });
});

describe('memproof.mjs', () => {
  it('brings a clone up to date, then runs main with the arguments', async () => {
    const first = await start('memproof.mjs', ['one', 'two', 'three']).ended;
    expect(first.status).toBe(3);
    expect(first.stderr).toContain('building');
    expect(await start('memproof.mjs', ['one']).ended).toEqual({ status: 1, stderr: '' });
  });

  it('goes straight on in an installed package, which has no sources', async () => {
    rmSync(join(clone, 'src'), { recursive: true });
    put('dist/cli/main.js', 'export const main = async () => 4;');
    expect(await start('memproof.mjs', []).ended).toEqual({ status: 4, stderr: '' });
    expect(existsSync(join(clone, 'node_modules'))).toBe(false);
  });
});
