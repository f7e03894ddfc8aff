/** Which of the TensorFlows that can be set up is used: by the device that is asked for, and by the version that was selected here. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fail } from '../errors.ts';
import { runtimeFolder } from './folder.ts';
import { findInstallation } from './installation.ts';
import { makeFolder } from './makeFolder.ts';
import { absentOfGpu } from './nvidia.ts';
import { type Build, TENSORFLOW_CPU, TENSORFLOW_VERSIONS, WHEELS, type Wheel } from './setup/wheel.ts';

export type DeviceChoice = 'auto' | 'gpu' | 'cpu';

/** `auto` is a GPU where a driver and a visible device are there and the selected TensorFlow is built for one. Loads nothing. */
export function chooseDevice(choice: DeviceChoice, version = selectedVersion()): 'gpu' | 'cpu' {
  if (choice !== 'auto') return choice;
  return findWheel('gpu', version) !== null && absentOfGpu() === null ? 'gpu' : 'cpu';
}

/** What a user should hear who asked for `auto` and has a GPU that the selected TensorFlow is not built for; else null. */
export function passedOverGpu(choice: DeviceChoice, version = selectedVersion()): string | null {
  if (choice !== 'auto' || findWheel('gpu', version) !== null || absentOfGpu() !== null) return null;
  return `there is a GPU, but TensorFlow ${version}, which is selected here, is set up for the CPU only: it is not used`;
}

/** Throws E_NO_GPU where none can be seen and no GPU build is set up that could be asked. */
export function requireGpu(): void {
  const absent = absentOfGpu();
  if (absent === null || findInstallation(wheelOf('gpu')) !== null) return;
  throw fail('E_NO_GPU', { detail: absent });
}

/** What measures on `device`. A GPU build measures on the CPU too, so where it is set up the CPU needs no build of its own. */
export function chooseWheel(device: 'gpu' | 'cpu', version = selectedVersion()): Wheel {
  if (device === 'gpu') return wheelOf('gpu', version);
  const [own, other] = [wheelOf('cpu', version), findWheel('gpu', version)];
  return other !== null && findInstallation(own) === null && findInstallation(other) !== null ? other : own;
}

/** Throws E_NO_BUILD if that version has no such build. */
export function wheelOf(build: Build, version = selectedVersion()): Wheel {
  const wheel = findWheel(build, version);
  if (wheel !== null) return wheel;
  throw fail('E_NO_BUILD', { version, build, standard: TENSORFLOW_CPU.version });
}

function findWheel(build: Build, version: string): Wheel | null {
  return WHEELS.find((wheel) => wheel.build === build && wheel.version === version) ?? null;
}

const selectionFile = (): string => join(runtimeFolder(), 'selected-tensorflow');

/** What `setup --tensorflow` chose for this runtime folder, or the standard one. */
export function selectedVersion(): string {
  try {
    const selected = readFileSync(selectionFile(), 'utf8').trim();
    return TENSORFLOW_VERSIONS.includes(selected) ? selected : TENSORFLOW_CPU.version;
  } catch {
    return TENSORFLOW_CPU.version; // nothing was chosen
  }
}

/** From now on, for everything that uses this runtime folder. Throws E_RUNTIME_UNWRITABLE. */
export function selectVersion(version: string): void {
  try {
    makeFolder(runtimeFolder());
    if (version === TENSORFLOW_CPU.version) rmSync(selectionFile(), { force: true });
    else writeFileSync(selectionFile(), `${version}\n`);
  } catch (error) {
    throw fail('E_RUNTIME_UNWRITABLE', { folder: runtimeFolder(), detail: (error as Error).message }, error);
  }
}
