/** Ctrl-C, kill and kill -9 during the set-up: what it ends with, and what it leaves. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { packageRoot } from '../../../src/runtime/folder.ts';
import { processIdentity } from '../../../src/runtime/processIdentity.ts';
import { setUpRuntime } from '../../../src/runtime/setup/index.ts';
import { FAKE_WHEEL, makeFakeWheel } from './fakeWheel.ts';

const base = mkdtempSync(join(tmpdir(), 'memproof-interrupt-'));
afterAll(() => rmSync(base, { recursive: true, force: true }));
afterEach(() => vi.unstubAllEnvs());

let runtime: string;
let pids: string;
beforeEach(() => {
  runtime = mkdtempSync(join(base, 'runtime-'));
  pids = `${runtime}.pids`;
  vi.stubEnv('MEMPROOF_RUNTIME_DIR', runtime);
});

/** A program that answers --version; otherwise it notes its pid and that of a child, and never ends. */
function endlessProgram(name: string): string {
  const path = join(mkdtempSync(join(base, 'bin-')), name);
  const script = `#!/bin/sh\ncase "$*" in *--version*) exit 0;; esac\nsleep 1000 &\necho $$ $! > '${pids}'\nwait\n`;
  writeFileSync(path, script, { mode: 0o755 });
  return path;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await setTimeout(10);
}

const hasStarted = (): boolean => existsSync(pids) && readFileSync(pids, 'utf8').endsWith('\n');
const survivors = (): number[] =>
  readFileSync(pids, 'utf8')
    .split(/\s+/)
    .map(Number)
    .filter((pid) => pid > 0 && processIdentity(pid) !== null);

describe('the command line, while pip downloads', () => {
  function start(verb: string[]): { child: ChildProcess; ended: Promise<{ status: number | null; stderr: string }> } {
    vi.stubEnv('PATH', `${join(endlessProgram('python3'), '..')}:${process.env['PATH']}`);
    const child = spawn(process.execPath, [join(packageRoot(), 'dist/cli/main.js'), ...verb], {
      cwd: base,
      stdio: ['ignore', 'ignore', 'pipe'],
      detached: true,
    });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    return { child, ended: new Promise((resolve) => child.on('close', (status) => resolve({ status, stderr }))) };
  }

  it.each<{ verb: string; args: string[]; signals: NodeJS.Signals[]; toGroup: boolean }>([
    { verb: 'setup', args: [], signals: ['SIGINT', 'SIGINT'], toGroup: true }, // npx sends it a second time
    { verb: 'setup', args: [], signals: ['SIGTERM'], toGroup: false },
    { verb: 'run', args: ['--set', 'model.layers=1'], signals: ['SIGINT'], toGroup: false },
  ])('$verb ends with 130 on $signals and leaves nothing', async ({ verb, args, signals, toGroup }) => {
    const { child, ended } = start([verb, ...args]);
    await until(hasStarted);
    for (const signal of signals) process.kill((toGroup ? -1 : 1) * Number(child.pid), signal);
    const { status, stderr } = await ended;
    expect(status).toBe(130);
    expect(stderr).toMatch(/^memproof: setting up .*\nmemproof: E_INTERRUPTED: .*\n {2}→ .*\n$/);
    expect(readdirSync(runtime)).toEqual([]);
    expect(survivors()).toEqual([]);
  });

  it('kill -9 takes pip and its children along', async () => {
    const { child, ended } = start(['setup']);
    await until(hasStarted);
    await setTimeout(100); // our process may not have run since it started that one
    child.kill('SIGKILL');
    await ended;
    await until(() => survivors().length === 0);
  });
});

describe('setUpRuntime', () => {
  const source = makeFakeWheel(join(base, 'source'));
  const { addonSources, statisticsSource } = source;
  const setUp = (abort?: AbortSignal) =>
    setUpRuntime({ say: () => {}, abort, wheel: FAKE_WHEEL, addonSources, statisticsSource });
  beforeEach(() => {
    vi.stubEnv('PIP_FIND_LINKS', source.links);
    vi.stubEnv('PIP_NO_INDEX', '1');
  });

  async function interruptCompiler(): Promise<void> {
    vi.stubEnv('CXX', endlessProgram('g++'));
    const controller = new AbortController();
    const result = setUp(controller.signal);
    const expected = expect(result).rejects.toMatchObject({ code: 'E_INTERRUPTED', exitCode: 130 });
    await until(hasStarted);
    controller.abort();
    await expected;
    expect(survivors()).toEqual([]);
    vi.unstubAllEnvs();
  }

  it('ends while it compiles, and does not start when it is interrupted already', async () => {
    await interruptCompiler();
    expect(readdirSync(runtime)).toEqual(['downloads']); // they are for the next set-up
    await expect(setUp(AbortSignal.abort())).rejects.toMatchObject({ code: 'E_INTERRUPTED' });
  });

  it('interrupted in our own addon says nothing about it; leftovers go also where nothing else is to do', async () => {
    const { folder } = await setUp();
    const [own = ''] = readdirSync(folder).filter((name) => name.startsWith('statistics-'));
    rmSync(join(folder, own), { recursive: true });
    await interruptCompiler();
    expect(existsSync(join(folder, own))).toBe(false); // no failure is noted

    vi.stubEnv('MEMPROOF_RUNTIME_DIR', runtime);
    await setUp();
    mkdirSync(join(runtime, 'tmp-4194305-1-gone/download'), { recursive: true }); // above the largest pid of Linux, 2^22
    await setUp();
    expect(readdirSync(runtime)).toEqual(['tensorflow-9.9.9-cpu']);
  });
});
