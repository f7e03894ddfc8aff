/** Runs a program to its end and keeps what it writes. */
import { spawn } from 'node:child_process';

export interface Outcome {
  /** There is no such program. */
  readonly missing: boolean;
  /** Null if a signal ended it. */
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export function runCommand(
  program: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...environment },
    });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') resolve({ missing: true, status: null, stdout: '', stderr: error.message });
      else reject(error);
    });
    child.on('close', (status) => {
      resolve({ missing: false, status, stdout: textOf(stdout), stderr: textOf(stderr) });
    });
  });
}

const textOf = (chunks: Buffer[]): string => Buffer.concat(chunks).toString();

/** The end of a program's output: the reason is there, and a terminal shows it whole. */
export const lastLines = (text: string, count = 20): string => text.trimEnd().split('\n').slice(-count).join('\n');
