/** The command line as a user runs it: a process, its exit code and both its streams. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';

export const ENTRY = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

export interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Circumstances {
  /** The compiled command line; another than that of the sources under test is a changed copy of it. */
  readonly entry?: string;
  readonly variables?: Readonly<Record<string, string>>;
}

/** The variables of this process but for what a CI sets and memproof listens to: the tests run in one, the commands that they run do not. */
function ordinaryVariables(): NodeJS.ProcessEnv {
  const { CI: _, GITHUB_ACTIONS, GITHUB_WORKSPACE, GITHUB_STEP_SUMMARY, ...others } = process.env; // now: tests change it
  return others;
}

export const memproof = (...args: string[]): Ended => memproofIn({}, ...args);

export function memproofIn({ entry = ENTRY, variables = {} }: Circumstances, ...args: string[]): Ended {
  const { status, stdout, stderr } = spawnSync(process.execPath, [entry, ...args], {
    encoding: 'utf8',
    cwd: tmpdir(),
    env: { ...ordinaryVariables(), ...variables },
  });
  return { exitCode: status, stdout, stderr };
}

/** Started and left running. */
export const startMemproof = (...args: string[]): ChildProcess =>
  spawn(process.execPath, [ENTRY, ...args], { stdio: 'ignore', cwd: tmpdir() });

/** A folder that is gone after the file's tests. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'memproof-test-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function writeJson(folder: string, name: string, value: unknown): string {
  const file = join(folder, name);
  writeFileSync(file, JSON.stringify(value));
  return file;
}

/** Decoders that are measured in a second or two each. */
export const TINY_SWEEP = {
  name: 'tiny',
  description: 'for tests',
  base: {
    model: { layers: 1, hiddenSize: 16, heads: 2, feedForwardSize: 32, vocabularySize: 20 },
    batch: { size: 2, sequenceLength: 8 },
  },
  list: [{}, { model: { layers: 2 } }, { model: { tiedEmbedding: false } }],
};
