/** The wheels of an installation: from the network, or from a folder where somebody put them. */
import { copyFileSync, renameSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fail } from '../../errors.ts';
import { runtimeFolder } from '../folder.ts';
import { makeFolder } from '../makeFolder.ts';
import { discard, downloadWheel, fromShelf, readWheel } from './download.ts';
import { cudaPins } from './metadata.ts';
import { INSTALLED_PIP, requirePip, resumingPip } from './pip.ts';
import { megabytes, requireDisk } from './prerequisites.ts';
import { makeTemporaryFolder, removeFolder } from './temporary.ts';
import { type Course, timed } from './timed.ts';
import { TENSORFLOW_CPU, totalDownloadBytes, type Wheel } from './wheel.ts';
import { findWheelFile, type Requirement, requirementText } from './wheelFile.ts';

/** A wheel that is here, and the files of it that are wanted. */
export interface ObtainedWheel extends Requirement {
  readonly path: string;
  readonly libraries: readonly string[];
}

/** From here on a pip that cannot resume is not good enough. */
const LARGE_DOWNLOAD_BYTES = 500_000_000;

/** How `memproof setup` is told to use this wheel. */
export const setupFlags = ({ version, build }: Wheel): string =>
  `--device ${build}${version === TENSORFLOW_CPU.version ? '' : ` --tensorflow ${version}`}`;

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
    const bytes = totalDownloadBytes(wheel);
    for (const place of [runtimeFolder(), folder]) requireDisk(place, bytes);
    course.say(`downloading TensorFlow ${wheel.version} (${wheel.build}), ${megabytes(bytes)}, into ${folder}`);
    const obtained = await downloadWheels(wheel, temporary, course);
    const copies = obtained.map(({ path }) => {
      const copy = join(folder, basename(path));
      copyFileSync(path, `${copy}.part`);
      renameSync(`${copy}.part`, copy); // what is there under its name is whole
      return copy;
    });
    for (const { path } of obtained) discard(path);
    return copies;
  } finally {
    removeFolder(temporary);
  }
}

/** All are looked for first: throws E_WHEELS_ABSENT with every one that is not there, as far as TensorFlow's own wheel tells which. */
export async function wheelsIn(folder: string, wheel: Wheel, abort?: AbortSignal): Promise<ObtainedWheel[]> {
  const absent: string[] = [];
  const found = await obtain(wheel, abort, async (requirement) => {
    const path = findWheelFile(folder, requirement);
    if (path === null) absent.push(requirementText(requirement));
    return path;
  });
  if (absent.length === 0) return found;
  throw fail('E_WHEELS_ABSENT', {
    folder,
    flags: setupFlags(wheel),
    detail: absent.map((name) => `  - ${name}`).join('\n'),
  });
}

/** Which CUDA wheels are wanted is known once TensorFlow's is there: its METADATA pins their versions. */
async function obtain(
  wheel: Wheel,
  abort: AbortSignal | undefined,
  get: (requirement: Requirement, downloadBytes: number) => Promise<string | null>,
): Promise<ObtainedWheel[]> {
  const path = await get(wheel, wheel.downloadBytes);
  if (path === null) return [];
  const obtained: ObtainedWheel[] = [
    { package: wheel.package, version: wheel.version, path, libraries: wheel.libraries },
  ];
  const pins =
    wheel.cuda.length === 0 ? new Map<string, string>() : await readWheel(path, () => pinsOf(path, wheel, abort));
  for (const cuda of wheel.cuda) {
    const requirement = { package: cuda.package, version: pins.get(cuda.package) ?? '' };
    const own = await get(requirement, cuda.downloadBytes);
    if (own !== null) obtained.push({ ...requirement, path: own, libraries: cuda.libraries });
  }
  return obtained;
}

/** All that are wanted; a wheel that does not tell them is damaged. */
async function pinsOf(path: string, { cuda }: Wheel, abort?: AbortSignal): Promise<Map<string, string>> {
  const pins = await cudaPins(path, abort);
  const unpinned = cuda.find((one) => !pins.has(one.package));
  if (unpinned === undefined) return pins;
  throw fail('E_WHEEL_DAMAGED', { file: basename(path), detail: `it does not pin ${unpinned.package}.` });
}
