/**
 * A command and what it starts, as one process group: it is ended as a whole. A process group of its own also means that Ctrl-C in a
 * terminal reaches the command only through us, so that it is never mistaken for a failure of the command.
 */
import { type ChildProcess, spawn } from 'node:child_process';

export function endGroup(id: number): void {
  try {
    process.kill(-id, 'SIGKILL');
  } catch {
    // It ended by itself meanwhile.
  }
}

export interface Watcher {
  /** To be called as soon as the group exists. */
  watch(group: number): void;
  dismiss(): void;
}

/** Its input ends without having said a word more when we are gone, however that happened. */
const WATCH = 'read group; read end; kill -s KILL -- "-$group"';

/**
 * Sees to it that a group does not outlive this process, even after kill -9. Started before the group, so that there is no gap between.
 * A shell does it, because it is everywhere; setpriv --pdeathsig would not reach the processes that g++ starts.
 */
export function startWatcher(): Watcher {
  const watcher: ChildProcess = spawn('/bin/sh', ['-c', WATCH], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true, // what ends our own group must leave it alive
  });
  watcher.on('error', () => {}); // without it the command still runs; the next set-up clears up
  watcher.stdin?.on('error', () => {});
  return {
    watch: (group) => void watcher.stdin?.write(`${group}\n`),
    dismiss: () => void watcher.kill('SIGKILL'),
  };
}
