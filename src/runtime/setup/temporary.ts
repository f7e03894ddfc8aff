/** Folders that belong to one process. What a killed process left behind is recognised by the process in its name. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const PREFIX = 'tmp-';

/** `tmp-<pid>-<start time>-<random>`: a pid alone may belong to another process by now. */
export const makeTemporaryFolder = (parent: string): string =>
  mkdtempSync(join(parent, `${PREFIX}${process.pid}-${startTicks(process.pid)}-`));

export function removeLeftovers(parent: string): void {
  for (const name of readdirSync(parent).filter((entry) => entry.startsWith(PREFIX))) {
    const [pid, started] = name.slice(PREFIX.length).split('-');
    if (startTicks(Number(pid)) === started) continue;
    try {
      rmSync(join(parent, name), { recursive: true, force: true });
    } catch {
      // A child of the killed process still writes there; the next set-up finds it at rest.
    }
  }
}

/** Field 22 of /proc/PID/stat (proc_pid_stat(5)); null if there is no such process, or only its unreaped remains. */
function startTicks(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' '); // the name before it may contain spaces; the first is field 3
    return fields[0] === 'Z' || fields[0] === 'X' ? null : (fields[22 - 3] ?? null);
  } catch {
    return null;
  }
}
