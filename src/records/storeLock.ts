/** One run per store: two at once would measure everything twice and disturb each other's times. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fail } from '../errors.ts';
import { isRunning, ownIdentity } from '../runtime/processIdentity.ts';

/** Takes `<file>.lock` until the process ends. A lock whose holder is gone (kill -9) is taken over. */
export function lockStore(file: string): void {
  const lock = `${file}.lock`;
  for (;;) {
    try {
      writeFileSync(lock, ownIdentity(), { flag: 'wx' });
      process.once('exit', () => rmSync(lock, { force: true }));
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = readHolder(lock);
    if (holder === ownIdentity()) return;
    if (holder !== null && isRunning(holder)) throw fail('E_STORE_BUSY', { file, pid: Number.parseInt(holder, 10) });
    rmSync(lock, { force: true });
  }
}

/** Null if the lock was released meanwhile. */
function readHolder(lock: string): string | null {
  try {
    return readFileSync(lock, 'utf8');
  } catch {
    return null;
  }
}
