/** Starts a measuring process, waits for it, and tells how it ended. Its stderr goes to a file that has no name. */
import { spawn } from 'node:child_process';
import { createReadStream, openSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Answer, Job } from '../measure/job.ts';

export interface ChildEnd {
  readonly answers: readonly Answer[];
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly timedOut: boolean;
  readonly elapsedMs: number;
  /** What the process wrote to stderr, line by line; can be read once. */
  readonly stderrLines: AsyncIterable<string>;
}

export interface ChildOptions {
  readonly environment: NodeJS.ProcessEnv;
  /** Kills the process after so long; 0 waits for ever. */
  readonly timeoutMs: number;
  readonly abort: AbortSignal;
}

/** Children always run the compiled code, also when this file is run as TypeScript by the test runner. */
const CHILD_ENTRY = fileURLToPath(
  new URL('../measure/child.js', import.meta.url.replace(/\/src\/runner\/child\.ts$/, '/dist/runner/child.js')),
);

/** Runs one job to its end. Rejects only if the process cannot be started or the caller aborts. */
export function runChild(job: Job, { environment, timeoutMs, abort }: ChildOptions): Promise<ChildEnd> {
  abort.throwIfAborted();
  const startMs = performance.now();
  const log = openNamelessFile();
  const child = spawn(process.execPath, [CHILD_ENTRY, String(process.pid)], {
    env: environment,
    stdio: ['ignore', 'ignore', log, 'ipc'],
  });
  const answers: Answer[] = [];
  let timedOut = false;
  const kill = (): void => void child.kill('SIGKILL');
  const timer =
    timeoutMs > 0
      ? setTimeout(() => {
          timedOut = true;
          kill();
        }, timeoutMs)
      : undefined;
  abort.addEventListener('abort', kill, { once: true });
  child.on('message', (answer: Answer) => answers.push(answer));
  child.send(job, () => {}); // an error here means that the process is gone: its exit tells more

  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode, signal) => {
      clearTimeout(timer);
      abort.removeEventListener('abort', kill);
      if (abort.aborted) return reject(abort.reason);
      const elapsedMs = performance.now() - startMs;
      const stderrLines = createInterface({ input: createReadStream('', { fd: log, start: 0 }), crlfDelay: Infinity });
      resolve({ answers, exitCode, signal, timedOut, elapsedMs, stderrLines });
    });
  });
}

let opened = 0;

/**
 * A file for the allocation log. A pipe would do for less, but TensorFlow writes to it synchronously and a pipe that Node opens in the
 * child stops blocking: lines would be lost. Without a name nothing is left behind however this process ends.
 */
function openNamelessFile(): number {
  opened += 1;
  const path = join(tmpdir(), `memproof-${process.pid}-${opened}.log`);
  const file = openSync(path, 'ax+', 0o600);
  unlinkSync(path);
  return file;
}
