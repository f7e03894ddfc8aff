/** Folders that belong to one process. What a killed process left behind is recognised by the process in its name. */
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { namesIn } from '../namesIn.ts';
import { isRunning, ownIdentity } from '../processIdentity.ts';

const PREFIX = 'tmp-';

/** `tmp-<pid>-<start time>-<random>` */
export const makeTemporaryFolder = (parent: string): string => mkdtempSync(join(parent, `${PREFIX}${ownIdentity()}-`));

/** Also while what was killed a moment ago writes its last: removing starts over where a folder is not empty after all. */
export const removeFolder = (folder: string): void =>
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });

/** What cannot be removed, or may not be looked at, stays: it takes disk and nothing else. */
export function removeLeftovers(parent: string): void {
  for (const name of namesIn(parent).filter((entry) => entry.startsWith(PREFIX))) {
    const [pid, started] = name.slice(PREFIX.length).split('-');
    if (isRunning(`${pid}-${started}`)) continue;
    try {
      rmSync(join(parent, name), { recursive: true, force: true }); // no second try: it may be another user's for ever
    } catch {
      // The next set-up tries again.
    }
  }
}
