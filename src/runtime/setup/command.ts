/** Runs a program to its end and keeps what it writes. */
import { spawn } from 'node:child_process';
import { fail } from '../../errors.ts';
import { endGroup, startWatcher } from './processGroup.ts';

export interface CommandOptions {
  /** In addition to what is inherited. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Default: the environment of this process. */
  readonly inherited?: NodeJS.ProcessEnv;
  /** Ends the program and all that it started. */
  readonly abort?: AbortSignal | undefined;
}

export interface Outcome {
  /** There is no such program. */
  readonly missing: boolean;
  /** Null if a signal ended it. */
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Rejects with E_INTERRUPTED once `abort` is set, whatever the program made of it. */
export async function runCommand(
  program: string,
  args: readonly string[],
  { environment = {}, inherited = process.env, abort }: CommandOptions = {},
): Promise<Outcome> {
  throwIfInterrupted(abort);
  const outcome = await runToEnd(program, args, { ...inherited, ...environment }, abort);
  throwIfInterrupted(abort);
  return outcome;
}

export function throwIfInterrupted(abort: AbortSignal | undefined): void {
  if (abort?.aborted) throw fail('E_INTERRUPTED', {}, abort.reason);
}

function runToEnd(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  abort: AbortSignal | undefined,
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const watcher = startWatcher();
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env, detached: true });
    const { pid } = child;
    if (pid !== undefined) watcher.watch(pid);
    const end = (): void => {
      if (pid !== undefined) endGroup(pid);
    };
    abort?.addEventListener('abort', end, { once: true });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.on('error', (error: NodeJS.ErrnoException) => {
      watcher.dismiss();
      const outcome = { missing: true, status: null, signal: null, stdout: '', stderr: error.message };
      if (error.code === 'ENOENT') resolve(outcome);
      else reject(error);
    });
    child.on('close', (status, signal) => {
      watcher.dismiss();
      abort?.removeEventListener('abort', end);
      resolve({ missing: false, status, signal, stdout: textOf(stdout), stderr: textOf(stderr) });
    });
  });
}

const textOf = (chunks: Buffer[]): string => Buffer.concat(chunks).toString();

/** The end of a program's output: the reason is there, and a terminal shows it whole. */
const lastLines = (text: string, count: number): string => text.trimEnd().split('\n').slice(-count).join('\n');

/** Why a program failed, in its own words; how it ended if it had none. */
export function lastWords({ stdout, stderr, status, signal }: Outcome, count = 20): string {
  const words = lastLines(stderr.trim() || stdout, count).trim();
  return words || (status === null ? `it was ended by ${signal}.` : `it ended with status ${status} and said nothing.`);
}
