/**
 * Fetches wheels with pip. What is finished waits on a shelf in the runtime folder until the set-up is complete: one that breaks off goes
 * on with the next wheel, and pip itself goes on within one.
 */
import { linkSync, mkdirSync, renameSync, rmdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fail, toMemproofError } from '../../errors.ts';
import { runtimeFolder } from '../folder.ts';
import { lastWords } from './command.ts';
import { type Pip, pipDownload } from './pip.ts';
import { findWheelFile, type Requirement, requirementText } from './wheelFile.ts';

/**
 * The wheel for one Python and the oldest platform, whatever python3 runs pip: the libraries in it are the same for every Python.
 * Older pips know manylinux_2_17 only by its other name; 2_27 is what TensorFlow 2.21 is built for.
 */
const WHICH_WHEEL = [
  ...['--no-deps', '--only-binary=:all:'],
  ...['--python-version', '3.11', '--implementation', 'cp', '--abi', 'cp311'],
  ...['manylinux_2_17_x86_64', 'manylinux2014_x86_64', 'manylinux_2_27_x86_64'].flatMap((tag) => ['--platform', tag]),
];

export const shelf = (): string => join(runtimeFolder(), 'downloads');

/** Downloads to the shelf, by way of `folder`. Returns the path of the wheel. */
export async function downloadWheel(
  pip: Pip,
  requirement: Requirement,
  folder: string,
  abort?: AbortSignal,
): Promise<string> {
  const what = requirementText(requirement);
  const outcome = await pipDownload(pip, [...WHICH_WHEEL, what], folder, abort);
  const detail = lastWords(outcome);
  if (/No space left on device/.test(detail)) throw fail('E_DISK', { folder, detail });
  if (outcome.status !== 0) throw fail('E_DOWNLOAD', { what, detail });
  const path = findWheelFile(folder, requirement);
  if (path === null) throw fail('E_DOWNLOAD', { what, detail: 'pip succeeded, but there is no wheel.' });
  mkdirSync(shelf(), { recursive: true });
  const kept = join(shelf(), basename(path));
  renameSync(path, kept); // whole or not there
  return held(kept, folder);
}

/** What an earlier set-up left there, or null. */
export function fromShelf(requirement: Requirement, folder: string): string | null {
  const kept = findWheelFile(shelf(), requirement);
  return kept === null ? null : held(kept, folder);
}

/** Takes it from the shelf. */
export function discard(path: string): void {
  rmSync(join(shelf(), basename(path)), { force: true });
  try {
    rmdirSync(shelf());
  } catch {
    // others wait there, or there is no shelf
  }
}

/** What `read` makes of a wheel. One that it finds damaged is not taken from the shelf again. */
export async function readWheel<Result>(path: string, read: () => Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (error) {
    if (toMemproofError(error).code === 'E_WHEEL_DAMAGED') discard(path);
    throw error;
  }
}

/** Under a name of our own, because another set-up that is complete clears the shelf. */
function held(kept: string, folder: string): string {
  const own = join(folder, basename(kept));
  try {
    mkdirSync(folder, { recursive: true });
    linkSync(kept, own);
    return own;
  } catch {
    return kept; // a file system without hard links
  }
}
