/** Runs a program to its end and keeps what it writes. */
import { spawn } from 'node:child_process';

/** `onStart` gets the pid. The result's `missing` says that there is no such program. */
export function run(program, args, { cwd, onStart = () => {} }) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    const chunks = [];
    child.stdout.on('data', (chunk) => chunks.push(chunk));
    child.stderr.on('data', (chunk) => chunks.push(chunk));
    child.on('spawn', () => onStart(child.pid));
    child.on('error', (error) =>
      error.code === 'ENOENT' ? resolve({ missing: true, status: null, output: '' }) : reject(error),
    );
    child.on('close', (status) => resolve({ missing: false, status, output: Buffer.concat(chunks).toString() }));
  });
}
