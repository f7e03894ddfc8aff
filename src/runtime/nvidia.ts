/** What of an NVIDIA GPU can be seen without loading anything. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { visibleDevice } from './visibleDevice.ts';

/** `/dev/dxg` is the GPU of Windows under WSL. */
export const nvidiaDeviceNodes = (): string[] =>
  readdirSync('/dev')
    .filter((name) => /^nvidia\d+$/.test(name) || name === 'dxg')
    .map((name) => `/dev/${name}`);

/** What is missing of a GPU that CUDA would look for, in words; null if nothing is. Whether it works is for the doctor to say. */
export function absentOfGpu(): string | null {
  if (visibleDevice(process.env['CUDA_VISIBLE_DEVICES']) === null) return 'CUDA_VISIBLE_DEVICES hides every GPU';
  if (nvidiaDeviceNodes().length === 0) return 'there is no device node of NVIDIA (/dev/nvidia0)';
  return cudaDriverLibrary() === null ? "there is no libcuda.so.1, which comes with NVIDIA's driver" : null;
}

export const cudaDriverLibrary = (): string | null => driverLibrary('libcuda.so.1');

/** The dynamic linker's cache, then the folders where containers mount the driver without renewing that cache. */
export function driverLibrary(name: string): string | null {
  const listed = ldconfigCache()
    .split('\n')
    .find((line) => line.trim().startsWith(`${name} `));
  if (listed !== undefined) return listed.split('=> ')[1] ?? name;
  const folders = [
    ...libraryPathFolders(),
    ...['/usr/lib/x86_64-linux-gnu', '/usr/local/nvidia/lib64', '/usr/lib/wsl/lib', '/usr/lib64'],
  ];
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path)) ?? null;
}

/** Of LD_LIBRARY_PATH. */
export const libraryPathFolders = (): string[] =>
  (process.env['LD_LIBRARY_PATH'] ?? '').split(':').filter((folder) => folder !== '');

function ldconfigCache(): string {
  for (const program of ['ldconfig', '/sbin/ldconfig']) {
    try {
      return execFileSync(program, ['-p'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    } catch {
      // Not in PATH for ordinary users on some distributions.
    }
  }
  return '';
}
