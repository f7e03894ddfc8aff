/**
 * Builds our own addon, which reads the statistics of TensorFlow's allocators, beside tfjs's. Measuring goes on without it, so a failure
 * is said and kept on disk for whoever asks later. It is tried again at the next set-up: a full disk or an old compiler may be mended.
 */
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fail } from '../../errors.ts';
import { examineStatistics, type Installation, STATISTICS_SOURCE, statisticsPaths } from '../installation.ts';
import { compileAddon } from './compile.ts';
import { exportOfAddon } from './smoke.ts';
import { makeTemporaryFolder, removeLeftovers } from './temporary.ts';
import { timed } from './timed.ts';

export async function setUpStatistics(
  installation: Installation,
  say: (line: string) => void,
  source = STATISTICS_SOURCE,
): Promise<void> {
  if ('addonPath' in examineStatistics(installation, source)) return;
  try {
    await build(installation, say, source);
  } catch (error) {
    say(`the ledger \`allocated\` will be unavailable: ${error instanceof Error ? error.message : error}`);
  }
}

async function build(installation: Installation, say: (line: string) => void, source: string): Promise<void> {
  const place = statisticsPaths(installation, source);
  const parent = dirname(installation.folder);
  removeLeftovers(parent);
  const temporary = makeTemporaryFolder(parent);
  /** Files appear at their place whole, whatever else is set up at the same time. */
  const putInPlace = (path: string): void => {
    mkdirSync(place.folder, { recursive: true });
    renameSync(join(temporary, basename(path)), path);
  };
  try {
    const made = join(temporary, basename(place.addon));
    await timed(say, 'compiling the reader of allocator statistics', () => compile(installation, source, made));
    putInPlace(place.addon);
    rmSync(place.failure, { force: true });
  } catch (error) {
    writeFileSync(join(temporary, basename(place.failure)), `${error instanceof Error ? error.message : error}\n`);
    putInPlace(place.failure);
    throw error;
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/** For the very TensorFlow of the installation, and loaded once without it: an undefined symbol of TensorFlow would show here. */
export async function compile(
  { folder, tensorflowVersion }: Pick<Installation, 'folder' | 'tensorflowVersion'>,
  source: string,
  output: string,
): Promise<void> {
  await compileAddon({
    sources: [source],
    includes: [join(folder, 'deps/include')],
    libraries: [],
    output,
    defines: [`MEMPROOF_TENSORFLOW_VERSION="${tensorflowVersion}"`],
    // The headers' inline functions that nobody calls name symbols of TensorFlow: they are dropped.
    flags: ['-ffunction-sections', '-Wl,--gc-sections'],
  });
  const found = await exportOfAddon(output, 'compiledFor');
  if (found !== tensorflowVersion) throw fail('E_INTERNAL', { detail: `compiled for ${tensorflowVersion}: ${found}` });
}
