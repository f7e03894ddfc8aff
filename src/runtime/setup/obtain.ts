/** The wheels of an installation: from the network, or from a folder where somebody put them. */
import { copyFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fail } from '../../errors.ts';
import { runtimeFolder } from '../folder.ts';
import { makeFolder } from '../makeFolder.ts';
import { downloadWheel, fromShelf, shelf } from './download.ts';
import { cudaPins } from './metadata.ts';
import { INSTALLED_PIP, requirePip, resumingPip } from './pip.ts';
import { megabytes } from './prerequisites.ts';
import { makeTemporaryFolder, removeFolder } from './temporary.ts';
import { type Course, timed } from './timed.ts';
import { totalDownloadBytes, type Wheel } from './wheel.ts';
import { findWheelFile, type Requirement, requirementText } from './wheelFile.ts';

/** A wheel that is here, and the files of it that are wanted. */
export interface ObtainedWheel extends Requirement {
  readonly path: string;
  readonly libraries: readonly string[];
}

/** From here on a pip that cannot resume is not good enough. */
const LARGE_DOWNLOAD_BYTES = 500_000_000;

/** TensorFlow's own first. `folder` is for what is on its way. */
export async function downloadWheels(wheel: Wheel, folder: string, { say, abort }: Course): Promise<ObtainedWheel[]> {
  const installed = await requirePip(abort);
  const large = totalDownloadBytes(wheel) >= LARGE_DOWNLOAD_BYTES;
  const pip = large ? await resumingPip(installed, folder, abort) : INSTALLED_PIP;
  return obtain(wheel, abort, async (requirement, downloadBytes) => {
    const what = `${requirement.package} ${requirement.version} (${megabytes(downloadBytes)})`;
    const kept = fromShelf(requirement, folder);
    if (kept === null) return timed(say, `downloading ${what}`, () => downloadWheel(pip, requirement, folder, abort));
    say(`${what} was downloaded before`);
    return kept;
  });
}

/** Downloads into `folder` and no further: for a machine without network. Returns the files. */
export async function keepWheels(wheel: Wheel, folder: string, course: Course): Promise<string[]> {
  makeFolder(runtimeFolder());
  const temporary = makeTemporaryFolder(runtimeFolder());
  try {
    const obtained = await downloadWheels(wheel, temporary, course);
    const copies = obtained.map(({ path }) => {
      const copy = join(folder, basename(path));
      copyFileSync(path, copy);
      return copy;
    });
    removeFolder(shelf());
    return copies;
  } finally {
    removeFolder(temporary);
  }
}

/** All are looked for before anything is said: throws E_WHEELS_ABSENT with every one that is not there. */
export async function wheelsIn(folder: string, wheel: Wheel, abort?: AbortSignal): Promise<ObtainedWheel[]> {
  const absent: string[] = [];
  const found = await obtain(wheel, abort, async (requirement) => {
    const path = findWheelFile(folder, requirement);
    if (path === null) absent.push(requirementText(requirement));
    return path;
  });
  if (absent.length === 0) return found;
  const { build } = wheel;
  throw fail('E_WHEELS_ABSENT', { folder, build, detail: absent.map((name) => `  - ${name}`).join('\n') });
}

/** Which CUDA wheels are wanted is known once TensorFlow's is there: its METADATA pins their versions. */
async function obtain(
  wheel: Wheel,
  abort: AbortSignal | undefined,
  get: (requirement: Requirement, downloadBytes: number) => Promise<string | null>,
): Promise<ObtainedWheel[]> {
  const path = await get(wheel, wheel.downloadBytes);
  if (path === null) return [];
  const obtained: ObtainedWheel[] = [{ ...requirementOf(wheel), path, libraries: wheel.libraries }];
  const pins = wheel.cuda.length === 0 ? new Map<string, string>() : await cudaPins(path, abort);
  for (const cuda of wheel.cuda) {
    const version = pins.get(cuda.package);
    if (version === undefined)
      throw fail('E_WHEEL_DAMAGED', { file: path, detail: `it does not pin ${cuda.package}.` });
    const requirement = { package: cuda.package, version };
    const own = await get(requirement, cuda.downloadBytes);
    if (own !== null) obtained.push({ ...requirement, path: own, libraries: cuda.libraries });
  }
  return obtained;
}

const requirementOf = ({ package: name, version }: Requirement): Requirement => ({ package: name, version });
