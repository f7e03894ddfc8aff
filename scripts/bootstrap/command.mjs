/** Runs a program to its end and keeps what it writes. */
import { spawn } from 'node:child_process';

/**
 * `onStart` gets the pid. The result's `missing` says that there is no such program. `abort` ends it and all that it started, which is
 * why it is a process group of its own; then this rejects.
 */
export function run(program, args, { cwd, abort, onStart = () => {} }) {
  abort.throwIfAborted();
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    const end = () => endGroup(child.pid);
    const chunks = [];
    child.stdout.on('data', (chunk) => chunks.push(chunk));
    child.stderr.on('data', (chunk) => chunks.push(chunk));
    child.on('spawn', () => {
      abort.addEventListener('abort', end, { once: true });
      onStart(child.pid);
    });
    child.on('error', (error) =>
      error.code === 'ENOENT' ? resolve({ missing: true, status: null, output: '' }) : reject(error),
    );
    child.on('close', (status) => {
      abort.removeEventListener('abort', end);
      if (abort.aborted) reject(abort.reason);
      else resolve({ missing: false, status, output: Buffer.concat(chunks).toString() });
    });
  });
}

function endGroup(pid) {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It ended by itself meanwhile.
  }
}
