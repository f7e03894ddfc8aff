/** Starts a measuring process, waits for it, and tells how it ended. Its stderr goes to a file that has no name. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, createReadStream, openSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { fail } from '../errors.ts';
import type { Answer, Job } from '../measure/job.ts';

export interface ChildEnd {
  readonly answers: readonly Answer[];
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly timedOut: boolean;
  readonly elapsedMs: number;
}

export interface ChildOptions {
  readonly environment: NodeJS.ProcessEnv;
  /** Kills the process after so long; 0 waits for ever. */
  readonly timeoutMs: number;
  readonly abort: AbortSignal;
  /** Gets what the process wrote to stderr, line by line, after its end. */
  onStderrLine(line: string): void;
}

/** Children always run the compiled code, also when this file is run as TypeScript by the test runner. */
const CHILD_ENTRY = fileURLToPath(
  new URL('../measure/child.js', import.meta.url.replace(/\/src\/runner\/child\.ts$/, '/dist/runner/child.js')),
);

/** Runs one job to its end. Rejects only if the process cannot be started or the caller aborts. */
export async function runChild(job: Job, options: ChildOptions): Promise<ChildEnd> {
  const { environment, timeoutMs, abort } = options;
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

  try {
    // The channel ends after its last message is read, which can be later than the exit.
    const [[exitCode, signal]] = await Promise.all([once(child, 'close'), once(child, 'disconnect')]);
    abort.throwIfAborted();
    const elapsedMs = performance.now() - startMs;
    const written = createReadStream('', { fd: log, start: 0, autoClose: false });
    for await (const line of createInterface({ input: written })) options.onStderrLine(line);
    return { answers, exitCode, signal, timedOut, elapsedMs };
  } finally {
    closeSync(log);
    clearTimeout(timer);
    abort.removeEventListener('abort', kill);
  }
}

let opened = 0;

/**
 * A file for the allocation log. A pipe would do for less, but TensorFlow writes to it synchronously and a pipe that Node opens in the
 * child stops blocking: lines would be lost. Without a name nothing is left behind however this process ends.
 */
function openNamelessFile(): number {
  opened += 1;
  const path = join(tmpdir(), `memproof-${process.pid}-${opened}.log`);
  try {
    const file = openSync(path, 'ax+', 0o600);
    unlinkSync(path);
    return file;
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw fail('E_LOG_FILE', { folder: tmpdir(), detail }, error);
  }
}
