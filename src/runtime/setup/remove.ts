/** Takes away what set-ups made. Files that are not theirs stay, also in a runtime folder that somebody else uses. */
import { lstatSync, readdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fail } from '../../errors.ts';
import { selectedVersion, selectVersion } from '../choice.ts';
import { runtimeFolder } from '../folder.ts';
import { namesIn } from '../namesIn.ts';
import { shelf } from './download.ts';
import { removeLeftovers } from './temporary.ts';
import { TENSORFLOW_CPU } from './wheel.ts';

/** `unused`: every TensorFlow that is not of the selected version, and downloads of set-ups that were not completed. */
export type Removal = 'unused' | 'all';

export interface Removed {
  readonly folder: string;
  readonly bytes: number;
}

/** Throws E_RUNTIME_UNWRITABLE. */
export function removeRuntime(which: Removal): Removed[] {
  const folders = removable(which);
  const removed = folders.map((folder) => ({ folder, bytes: bytesIn(folder) }));
  try {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  } catch (error) {
    throw fail('E_RUNTIME_UNWRITABLE', { folder: runtimeFolder(), detail: (error as Error).message }, error);
  }
  removeLeftovers(runtimeFolder());
  if (which === 'all') selectVersion(TENSORFLOW_CPU.version);
  return removed;
}

/** `tensorflow-<version>-<build>`, and the downloads. */
function removable(which: Removal): string[] {
  const versionOf = (name: string): string | undefined => /^tensorflow-([\d.]+)-(?:cpu|gpu)$/.exec(name)?.[1];
  const kept = which === 'all' ? null : selectedVersion();
  return namesIn(runtimeFolder())
    .sort()
    .filter((name) => name === basename(shelf()) || (versionOf(name) ?? kept) !== kept)
    .map((name) => join(runtimeFolder(), name));
}

/** Disk space in use, as the sizes of all files. */
function bytesIn(path: string): number {
  const entry = lstatSync(path);
  if (!entry.isDirectory()) return entry.size;
  return readdirSync(path).reduce((sum, name) => sum + bytesIn(join(path, name)), 0);
}
