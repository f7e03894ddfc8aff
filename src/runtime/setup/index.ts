/**
 * Sets TensorFlow up: wheel → libraries and headers → addon → checked → in place; then our own addon beside it. Can be killed at any
 * moment and run again.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fail } from '../../errors.ts';
import { runtimeFolder } from '../folder.ts';
import { ADDON_PATH, findInstallation, type Installation, installationFolder } from '../installation.ts';
import { compileAddon } from './compile.ts';
import { downloadWheel } from './download.ts';
import { extractWheel } from './extract.ts';
import { libraryPaths, moveIntoPlace, writeManifest } from './place.ts';
import { megabytes, requireCompiler, requireDisk, requirePip, requirePlatform } from './prerequisites.ts';
import { requireTensorflowVersion } from './smoke.ts';
import { setUpStatistics } from './statisticsAddon.ts';
import { makeTemporaryFolder, removeLeftovers } from './temporary.ts';
import { tfjsAddonSources } from './tfjsAddon.ts';
import { timed } from './timed.ts';
import { TENSORFLOW_CPU, type Wheel } from './wheel.ts';

export interface SetUp {
  /** Gets one line per step. */
  readonly say: (line: string) => void;
  readonly wheel?: Wheel;
  readonly addonSources?: readonly string[];
  readonly statisticsSource?: string;
}

export async function setUpRuntime({
  say,
  wheel = TENSORFLOW_CPU,
  addonSources = tfjsAddonSources(),
  statisticsSource,
}: SetUp): Promise<Installation> {
  const installation = findInstallation(wheel) ?? (await setUpTensorflow(wheel, addonSources, say));
  await setUpStatistics(installation, say, statisticsSource);
  return installation;
}

async function setUpTensorflow(wheel: Wheel, sources: readonly string[], say: SetUp['say']): Promise<Installation> {
  requirePlatform();
  await requirePip();
  await requireCompiler();
  const parent = runtimeFolder();
  const temporary = prepareFolder(parent);
  try {
    requireDisk(parent, wheel);
    const place = installationFolder(wheel);
    say(`setting up TensorFlow ${wheel.version} (${wheel.build}) in ${place}`);
    const made = await makeInstallation(temporary, wheel, sources, say);
    return moveIntoPlace(made, place, temporary, wheel);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

function prepareFolder(parent: string): string {
  try {
    mkdirSync(parent, { recursive: true });
    removeLeftovers(parent);
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
  say: SetUp['say'],
): Promise<string> {
  const made = join(temporary, 'installation');
  const addon = join(made, ADDON_PATH);
  const download = join(temporary, 'download');

  const wheelPath = await timed(say, `downloading ${wheel.package} (${megabytes(wheel.downloadBytes)})`, () =>
    downloadWheel(wheel, download),
  );
  await timed(say, 'unpacking and verifying it', () => extractWheel(wheel, wheelPath, made));
  rmSync(download, { recursive: true, force: true });
  await timed(say, 'compiling the addon', () =>
    compileAddon({
      sources,
      includes: [join(made, 'deps/include')],
      libraries: libraryPaths(wheel).map((path) => join(made, path)),
      output: addon,
    }),
  );
  await timed(say, 'loading it once', () => requireTensorflowVersion(addon, wheel.version));
  writeManifest(made, wheel);
  return made;
}
