/** Moves a finished installation to its place, in one step that is either done or not. */
import { existsSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ADDON_PATH, findInstallation, type Installation, type Manifest, tfjsNodeGpuVersion } from '../installation.ts';
import type { ObtainedWheel } from './obtain.ts';
import { RECIPE_VERSION, type Wheel } from './wheel.ts';
import { requirementText } from './wheelFile.ts';

/** TensorFlow's own libraries in an installation. */
export const libraryPaths = (wheel: Wheel): string[] => wheel.libraries.map((name) => join('deps/lib', basename(name)));

export function writeManifest(folder: string, wheel: Wheel, obtained: readonly ObtainedWheel[]): void {
  const cuda = wheel.cuda.flatMap(({ libraries }) => libraries).map((name) => join('deps', name));
  const files = [ADDON_PATH, ...libraryPaths(wheel), ...cuda];
  const manifest: Manifest = {
    recipeVersion: RECIPE_VERSION,
    package: wheel.package,
    tensorflowVersion: wheel.version,
    tfjsNodeGpuVersion: tfjsNodeGpuVersion(),
    wheels: obtained.map(requirementText),
    files: files.map((path) => ({ path, sizeBytes: statSync(join(folder, path)).size })),
  };
  writeFileSync(join(folder, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}

/** What lies at the place and is not current goes into `temporary`. If another process was faster, its installation is used. */
export function moveIntoPlace(made: string, place: string, temporary: string, wheel: Wheel): Installation {
  for (let attempt = 0; ; attempt += 1) {
    const current = findInstallation(wheel);
    if (current !== null) return current;
    try {
      if (existsSync(place)) renameSync(place, join(temporary, `outdated-${attempt}`));
      renameSync(made, place);
    } catch (error) {
      // Another process put or removed something between our two looks. Only a rename that keeps failing is an error.
      const code = (error as NodeJS.ErrnoException).code ?? '';
      if (attempt >= 10 || !['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes(code)) throw error;
    }
  }
}
