/** Processes told apart by pid and start time: a pid alone may belong to another process by now. */
import { readFileSync } from 'node:fs';

/** `<pid>-<start time>` of a running process; null if there is none, or only its unreaped remains. */
export function processIdentity(pid: number): string | null {
  const ticks = startTicks(pid);
  return ticks === null ? null : `${pid}-${ticks}`;
}

export const ownIdentity = (): string => processIdentity(process.pid) ?? `${process.pid}-0`;

/** Is the process that once had this identity still running? */
export const isRunning = (identity: string): boolean => processIdentity(Number.parseInt(identity, 10)) === identity;

/** Field 22 of /proc/PID/stat (proc_pid_stat(5)). The bootstrap has the same lines: it runs before there is anything to import. */
function startTicks(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' '); // the name before it may contain spaces; the first is field 3
    return fields[0] === 'Z' || fields[0] === 'X' ? null : (fields[22 - 3] ?? null);
  } catch {
    return null;
  }
}
