/** What of an NVIDIA GPU can be seen without loading anything. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

export const nvidiaDeviceNodes = (): string[] =>
  readdirSync('/dev')
    .filter((name) => /^nvidia\d+$/.test(name))
    .map((name) => `/dev/${name}`);

/** The dynamic linker's cache, then the folders where containers mount the driver without renewing that cache. */
export function cudaDriverLibrary(): string | null {
  const name = 'libcuda.so.1';
  const listed = ldconfigCache()
    .split('\n')
    .find((line) => line.trim().startsWith(`${name} `));
  if (listed !== undefined) return listed.split('=> ')[1] ?? name;
  const folders = ['/usr/lib/x86_64-linux-gnu', '/usr/local/nvidia/lib64', '/usr/lib/wsl/lib', '/usr/lib64'];
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path)) ?? null;
}

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
