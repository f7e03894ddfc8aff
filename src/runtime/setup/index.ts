/**
 * Sets TensorFlow up: wheels → libraries and headers → addon → checked → in place; then our own addon beside it. Can be killed at any
 * moment and run again.
 */
import { join } from 'node:path';
import { fail } from '../../errors.ts';
import { chooseDevice, chooseWheel, type DeviceChoice } from '../choice.ts';
import { runtimeFolder } from '../folder.ts';
import { ADDON_PATH, findInstallation, type Installation, installationFolder } from '../installation.ts';
import { canCheckCudaLibraries, checkCudaLibraries } from '../loaderCheck.ts';
import { makeFolder } from '../makeFolder.ts';
import { throwIfInterrupted } from './command.ts';
import { compileAddon } from './compile.ts';
import { discard, readWheel } from './download.ts';
import { extractWheel } from './extract.ts';
import { downloadWheels, type ObtainedWheel, wheelsIn } from './obtain.ts';
import { libraryPaths, moveIntoPlace, writeManifest } from './place.ts';
import { megabytes, requireCompiler, requireDisk, requirePlatform } from './prerequisites.ts';
import { requireTensorflowVersion } from './smoke.ts';
import { setUpStatistics } from './statisticsAddon.ts';
import { makeTemporaryFolder, removeFolder, removeLeftovers } from './temporary.ts';
import { tfjsAddonSources } from './tfjsAddon.ts';
import { type Course, timed } from './timed.ts';
import { totalDownloadBytes, type Wheel } from './wheel.ts';

export interface SetUp extends Course {
  /** What will be measured on. */
  readonly device?: DeviceChoice;
  /** A folder with the wheels, where there is no network. */
  readonly from?: string | undefined;
  /** Instead of what is chosen by `device`. */
  readonly wheel?: Wheel;
  readonly addonSources?: readonly string[];
  readonly statisticsSource?: string;
}

/** How one TensorFlow is made. */
interface Making extends Course {
  readonly wheel: Wheel;
  readonly from: string | undefined;
  readonly addonSources: readonly string[];
}

export async function setUpRuntime({
  say,
  abort,
  device = 'auto',
  from,
  wheel = chooseWheel(chooseDevice(device)),
  addonSources = tfjsAddonSources(),
  statisticsSource,
}: SetUp): Promise<Installation> {
  removeLeftovers(runtimeFolder()); // a killed set-up may have left gigabytes, even where there is nothing to do
  const installation = findInstallation(wheel) ?? (await setUpTensorflow({ say, abort, wheel, from, addonSources }));
  await setUpStatistics(installation, { say, abort }, statisticsSource);
  removeLeftovers(runtimeFolder()); // of one that was killed meanwhile
  throwIfInterrupted(abort);
  return installation;
}

async function setUpTensorflow(making: Making): Promise<Installation> {
  const { wheel, say, abort } = making;
  requirePlatform();
  await requireCompiler(abort);
  const parent = runtimeFolder();
  const temporary = prepareFolder(parent);
  try {
    requireDisk(parent, wheel.neededBytes);
    const place = installationFolder(wheel);
    say(`setting up TensorFlow ${wheel.version} (${wheel.build}) in ${place}: ${sizes(wheel)}`);
    const { made, obtained } = await makeInstallation(temporary, making);
    const installation = moveIntoPlace(made, place, temporary, wheel);
    for (const { path } of obtained) discard(path); // those of another set-up wait on
    return installation;
  } finally {
    removeFolder(temporary);
  }
}

const sizes = (wheel: Wheel): string =>
  `downloads ${megabytes(totalDownloadBytes(wheel))}, needs ${megabytes(wheel.neededBytes)} of disk meanwhile and ` +
  `${megabytes(wheel.installedBytes)} afterwards`;

function prepareFolder(parent: string): string {
  try {
    makeFolder(parent);
    return makeTemporaryFolder(parent);
  } catch (error) {
    throw fail('E_RUNTIME_UNWRITABLE', { folder: parent, detail: (error as Error).message }, error);
  }
}

/** Everything under `temporary`, manifest last. `made` is the folder that is to be moved into place. */
async function makeInstallation(
  temporary: string,
  making: Making,
): Promise<{ readonly made: string; readonly obtained: readonly ObtainedWheel[] }> {
  const { wheel, from, addonSources: sources, say, abort } = making;
  const made = join(temporary, 'installation');
  const addon = join(made, ADDON_PATH);
  const download = join(temporary, 'download');

  const obtained =
    from === undefined ? await downloadWheels(wheel, download, making) : await wheelsIn(from, wheel, abort);
  await timed(say, 'unpacking and verifying', () => extractAll(obtained, made, abort));
  removeFolder(download);
  const libraries = libraryPaths(wheel).map((path) => join(made, path));
  const includes = [join(made, 'deps/include')];
  await timed(say, 'compiling the addon', () => compileAddon({ sources, includes, libraries, output: addon }, abort));
  await timed(say, 'loading it once', () => loadOnce(made, wheel, abort));
  writeManifest(made, wheel, obtained);
  return { made, obtained };
}

/** In processes of their own. Throws E_RUNTIME_LOAD. */
async function loadOnce(made: string, wheel: Wheel, abort?: AbortSignal): Promise<void> {
  await requireTensorflowVersion(join(made, ADDON_PATH), wheel.version, abort);
  if (wheel.cuda.length === 0 || !canCheckCudaLibraries()) return;
  const checked = await checkCudaLibraries({ folder: made }, abort);
  const missing = checked.flatMap(({ error }) => (error === null ? [] : [error]));
  if (missing.length > 0) throw fail('E_RUNTIME_LOAD', { detail: missing.join('\n') });
}

async function extractAll(obtained: readonly ObtainedWheel[], folder: string, abort?: AbortSignal): Promise<void> {
  for (const wheel of obtained) await readWheel(wheel.path, () => extractWheel(wheel, folder, abort));
}
