/**
 * Sets TensorFlow up: wheel → libraries and headers → addon → checked → in place; then our own addon beside it. Can be killed at any
 * moment and run again.
 */
import { join } from 'node:path';
import { fail } from '../../errors.ts';
import { runtimeFolder } from '../folder.ts';
import { ADDON_PATH, findInstallation, type Installation, installationFolder } from '../installation.ts';
import { makeFolder } from '../makeFolder.ts';
import { throwIfInterrupted } from './command.ts';
import { compileAddon } from './compile.ts';
import { downloadWheel } from './download.ts';
import { extractWheel } from './extract.ts';
import { libraryPaths, moveIntoPlace, writeManifest } from './place.ts';
import { megabytes, requireCompiler, requireDisk, requirePip, requirePlatform } from './prerequisites.ts';
import { requireTensorflowVersion } from './smoke.ts';
import { setUpStatistics } from './statisticsAddon.ts';
import { makeTemporaryFolder, removeFolder, removeLeftovers } from './temporary.ts';
import { tfjsAddonSources } from './tfjsAddon.ts';
import { type Course, timed } from './timed.ts';
import { TENSORFLOW_CPU, type Wheel } from './wheel.ts';

export interface SetUp extends Course {
  readonly wheel?: Wheel;
  readonly addonSources?: readonly string[];
  readonly statisticsSource?: string;
}

export async function setUpRuntime({
  say,
  abort,
  wheel = TENSORFLOW_CPU,
  addonSources = tfjsAddonSources(),
  statisticsSource,
}: SetUp): Promise<Installation> {
  const course = { say, abort };
  removeLeftovers(runtimeFolder()); // a killed set-up may have left a gigabyte, even where there is nothing to do
  const installation = findInstallation(wheel) ?? (await setUpTensorflow(wheel, addonSources, course));
  await setUpStatistics(installation, course, statisticsSource);
  removeLeftovers(runtimeFolder()); // of one that was killed meanwhile
  throwIfInterrupted(abort);
  return installation;
}

async function setUpTensorflow(wheel: Wheel, sources: readonly string[], course: Course): Promise<Installation> {
  requirePlatform();
  await requirePip(course.abort);
  await requireCompiler(course.abort);
  const parent = runtimeFolder();
  const temporary = prepareFolder(parent);
  try {
    requireDisk(parent, wheel);
    const place = installationFolder(wheel);
    course.say(`setting up TensorFlow ${wheel.version} (${wheel.build}) in ${place}`);
    const made = await makeInstallation(temporary, wheel, sources, course);
    return moveIntoPlace(made, place, temporary, wheel);
  } finally {
    removeFolder(temporary);
  }
}

function prepareFolder(parent: string): string {
  try {
    makeFolder(parent);
    return makeTemporaryFolder(parent);
  } catch (error) {
    throw fail('E_RUNTIME_UNWRITABLE', { folder: parent, detail: (error as Error).message }, error);
  }
}

/** Everything under `temporary`, manifest last. Returns the folder that is to be moved into place. */
async function makeInstallation(
  temporary: string,
  wheel: Wheel,
  sources: readonly string[],
  { say, abort }: Course,
): Promise<string> {
  const made = join(temporary, 'installation');
  const addon = join(made, ADDON_PATH);
  const download = join(temporary, 'download');

  const wheelPath = await timed(say, `downloading ${wheel.package} (${megabytes(wheel.downloadBytes)})`, () =>
    downloadWheel(wheel, download, abort),
  );
  await timed(say, 'unpacking and verifying it', () => extractWheel(wheel, wheelPath, made, abort));
  removeFolder(download);
  const libraries = libraryPaths(wheel).map((path) => join(made, path));
  const includes = [join(made, 'deps/include')];
  await timed(say, 'compiling the addon', () => compileAddon({ sources, includes, libraries, output: addon }, abort));
  await timed(say, 'loading it once', () => requireTensorflowVersion(addon, wheel.version, abort));
  writeManifest(made, wheel);
  return made;
}
