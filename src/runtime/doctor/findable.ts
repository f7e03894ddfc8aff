/** Where else a library may lie: folders that the loader or people look into. */
import { join } from 'node:path';
import { namesIn } from '../namesIn.ts';
import { libraryPathFolders } from '../nvidia.ts';
import { runCommand } from '../setup/command.ts';

/** Files in those folders, as paths. Folders that are not there hold nothing. */
export async function findableFiles(installationFolder: string, abort?: AbortSignal): Promise<string[]> {
  const cache = await runCommand('/sbin/ldconfig', ['-p'], { abort });
  const cached = [...cache.stdout.matchAll(/=> (\/.*)$/gm)].map(([, path]) => path ?? '');
  const folders = [
    ...libraryPathFolders(),
    ...entriesOf(join(installationFolder, 'deps/nvidia')).map((folder) => join(folder, 'lib')),
    ...entriesOf('/usr/local')
      .filter((folder) => /\/cuda[-\d.]*$/.test(folder))
      .map((folder) => join(folder, 'lib64')),
  ];
  return [...folders.flatMap(entriesOf), ...cached];
}

const entriesOf = (folder: string): string[] => namesIn(folder).map((name) => join(folder, name));

/** Files of the same library with another number behind `.so`: `libcublas.so.13` for `libcublas.so.12`. One per number. */
export function otherVersions(soname: string, files: readonly string[]): string[] {
  const stem = soname.replace(/\.so\..*$/, '.so.');
  const found = new Map<string, string>();
  for (const path of files) {
    const name = path.slice(path.lastIndexOf('/') + 1);
    if (!name.startsWith(stem)) continue;
    const major = /^\d+/.exec(name.slice(stem.length))?.[0];
    if (major !== undefined && `${stem}${major}` !== soname && !found.has(major)) found.set(major, path);
  }
  return [...found.values()];
}
