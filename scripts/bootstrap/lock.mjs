/** A lock file that says who holds it, so that one left behind by a killed process is recognised. */
import { linkSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

const POLL_MS = 200;

/** A process by pid and start time: a pid alone may belong to another process by now. */
export function mark(pid) {
  const started = startedTicks(pid);
  return started === null ? null : `${pid}-${started}`;
}

export const ownMark = () => mark(process.pid) ?? `${process.pid}-0`;
export const isRunning = (processMark) => mark(Number.parseInt(processMark, 10)) === processMark;

/** Field 22 of /proc/PID/stat (proc_pid_stat(5)); null if there is no such process, or only its unreaped remains. */
function startedTicks(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' '); // the name before it may contain spaces; the first is field 3
    return fields[0] === 'Z' || fields[0] === 'X' ? null : fields[22 - 3];
  } catch {
    return null;
  }
}

/**
 * Runs `action` while no other process holds `file`. `action` gets `share(pid)`: a child that could outlive us holds the lock as well,
 * because a killed bootstrap does not take its npm along.
 */
export async function withLock(file, { onWait, abort }, action) {
  mkdirSync(dirname(file), { recursive: true });
  const own = `${file}.${ownMark()}`;
  const holders = [ownMark()];
  for (let waited = false; !take(file, own, holders); waited = true) {
    if (!waited) onWait();
    await setTimeout(POLL_MS, undefined, { signal: abort });
  }
  try {
    return await action((pid) => {
      const child = mark(pid);
      if (child !== null) holders.push(child);
      writeFileSync(own, holders.join('\n'));
      renameSync(own, file);
    });
  } finally {
    rmSync(file, { force: true });
  }
}

/** The lock appears with its content at once (link), so that nobody ever reads half of one. */
function take(file, own, holders) {
  writeFileSync(own, holders.join('\n'));
  try {
    linkSync(own, file);
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    removeIfAbandoned(file, own);
    return false;
  } finally {
    rmSync(own, { force: true });
  }
}

function removeIfAbandoned(file, own) {
  const judged = contentOf(file);
  if (judged === null || judged.split('\n').some(isRunning)) return;
  const aside = `${own}.abandoned`;
  try {
    renameSync(file, aside);
    if (contentOf(aside) !== judged) linkSync(aside, file); // another process was faster and this is its lock: give it back
  } catch {
    // It vanished, or a third process holds it now; the next round looks again.
  }
  rmSync(aside, { force: true });
}

function contentOf(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

/** Removes `PREFIX<mark>` in `folder` where the process of that mark is gone. */
export function removeLeftovers(folder, prefix) {
  for (const name of readdirSync(folder)) {
    if (!name.startsWith(prefix) || isRunning(name.slice(prefix.length))) continue;
    try {
      rmSync(join(folder, name), { recursive: true, force: true });
    } catch {
      // A child of the killed process still writes there; the next build finds it at rest.
    }
  }
}
