/**
 * Builds our own addon, which reads the statistics of TensorFlow's allocators, beside tfjs's. Measuring goes on without it, so a failure
 * is said and kept on disk for whoever asks later. It is tried again at the next set-up: a full disk or an old compiler may be mended.
 */
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fail } from '../../errors.ts';
import { examineStatistics, type Installation, STATISTICS_SOURCE, statisticsPaths } from '../installation.ts';
import { throwIfInterrupted } from './command.ts';
import { compileAddon } from './compile.ts';
import { exportOfAddon } from './smoke.ts';
import { makeTemporaryFolder, removeFolder } from './temporary.ts';
import { type Course, timed } from './timed.ts';

export async function setUpStatistics(
  installation: Installation,
  course: Course,
  source = STATISTICS_SOURCE,
): Promise<void> {
  if ('addonPath' in examineStatistics(installation, source)) return;
  try {
    await build(installation, course, source);
  } catch (error) {
    throwIfInterrupted(course.abort);
    course.say(`the ledger \`allocated\` will be unavailable: ${error instanceof Error ? error.message : error}`);
  }
}

async function build(installation: Installation, { say, abort }: Course, source: string): Promise<void> {
  const place = statisticsPaths(installation, source);
  const temporary = makeTemporaryFolder(dirname(installation.folder));
  /** Files appear at their place whole, whatever else is set up at the same time. */
  const putInPlace = (path: string): void => {
    mkdirSync(place.folder, { recursive: true });
    renameSync(join(temporary, basename(path)), path);
  };
  try {
    const made = join(temporary, basename(place.addon));
    await timed(say, 'compiling the reader of allocator statistics', () => compile(installation, source, made, abort));
    putInPlace(place.addon);
    rmSync(place.failure, { force: true });
  } catch (error) {
    throwIfInterrupted(abort); // that says nothing about the addon
    writeFileSync(join(temporary, basename(place.failure)), `${error instanceof Error ? error.message : error}\n`);
    putInPlace(place.failure);
    throw error;
  } finally {
    removeFolder(temporary);
  }
}

/** For the very TensorFlow of the installation, and loaded once without it: an undefined symbol of TensorFlow would show here. */
export async function compile(
  { folder, tensorflowVersion }: Pick<Installation, 'folder' | 'tensorflowVersion'>,
  source: string,
  output: string,
  abort?: AbortSignal,
): Promise<void> {
  const addon = {
    sources: [source],
    includes: [join(folder, 'deps/include')],
    libraries: [],
    output,
    defines: [`MEMPROOF_TENSORFLOW_VERSION="${tensorflowVersion}"`],
    // The headers' inline functions that nobody calls name symbols of TensorFlow: they are dropped.
    flags: ['-ffunction-sections', '-Wl,--gc-sections'],
  };
  await compileAddon(addon, abort);
  const found = await exportOfAddon(output, 'compiledFor', abort);
  if (found !== tensorflowVersion) throw fail('E_INTERNAL', { detail: `compiled for ${tensorflowVersion}: ${found}` });
}
