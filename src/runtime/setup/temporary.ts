/** Folders that belong to one process. What a killed process left behind is recognised by the process in its name. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isRunning, ownIdentity } from '../processIdentity.ts';

const PREFIX = 'tmp-';

/** `tmp-<pid>-<start time>-<random>` */
export const makeTemporaryFolder = (parent: string): string => mkdtempSync(join(parent, `${PREFIX}${ownIdentity()}-`));

export function removeLeftovers(parent: string): void {
  for (const name of readdirSync(parent).filter((entry) => entry.startsWith(PREFIX))) {
    const [pid, started] = name.slice(PREFIX.length).split('-');
    if (isRunning(`${pid}-${started}`)) continue;
    try {
      rmSync(join(parent, name), { recursive: true, force: true });
    } catch {
      // A child of the killed process still writes there; the next set-up finds it at rest.
    }
  }
}
