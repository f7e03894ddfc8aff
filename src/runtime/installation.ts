/** The TensorFlow that was set up: where it is, and whether it is whole and the one this version of the package wants. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fail } from '../errors.ts';
import { packageRoot, runtimeFolder } from './folder.ts';
import { RECIPE_VERSION, type Wheel } from './setup/wheel.ts';

export interface Installation {
  readonly folder: string;
  readonly addonPath: string;
  readonly tensorflowVersion: string;
  readonly build: Wheel['build'];
}

/** Written last, so that a folder with a manifest was finished. Paths are relative: the folder may be moved. */
export interface Manifest {
  readonly recipeVersion: number;
  readonly package: string;
  readonly tensorflowVersion: string;
  /** The addon belongs to the JavaScript of this version. */
  readonly tfjsNodeGpuVersion: string;
  /** What it was made of, `package==version`. */
  readonly wheels: readonly string[];
  /** The files that are loaded; the headers are not listed. */
  readonly files: readonly { readonly path: string; readonly sizeBytes: number }[];
}

export const ADDON_PATH = 'lib/napi-v8/tfjs_binding.node';

export const installationFolder = (wheel: Wheel): string =>
  join(runtimeFolder(), `tensorflow-${wheel.version}-${wheel.build}`);

export const findInstallation = (wheel: Wheel): Installation | null => examineInstallation(wheel).installation;

export function requireInstallation(wheel: Wheel): Installation {
  const installation = findInstallation(wheel);
  if (installation !== null) return installation;
  const { version, build } = wheel;
  throw fail('E_RUNTIME_MISSING', { version, build, folder: runtimeFolder() });
}

type Examined =
  | { readonly installation: Installation; readonly problem: null }
  | { readonly installation: null; readonly problem: string };

/** The installation, or why there is none. */
export function examineInstallation(wheel: Wheel): Examined {
  const folder = installationFolder(wheel);
  const problem = problemOf(folder, wheel);
  if (problem !== null) return { installation: null, problem };
  const installation = {
    folder,
    addonPath: join(folder, ADDON_PATH),
    tensorflowVersion: wheel.version,
    build: wheel.build,
  };
  return { installation, problem: null };
}

function problemOf(folder: string, wheel: Wheel): string | null {
  const manifest = readManifest(folder);
  if (manifest === null) return `${folder} has no readable manifest.json.`;
  const wanted: Omit<Manifest, 'files' | 'wheels'> = {
    recipeVersion: RECIPE_VERSION,
    package: wheel.package,
    tensorflowVersion: wheel.version,
    tfjsNodeGpuVersion: tfjsNodeGpuVersion(),
  };
  for (const key of Object.keys(wanted) as (keyof typeof wanted)[]) {
    if (manifest[key] !== wanted[key]) return `${folder} has ${key} ${manifest[key]}; wanted is ${wanted[key]}.`;
  }
  for (const { path, sizeBytes } of manifest.files) {
    const found = statSync(join(folder, path), { throwIfNoEntry: false })?.size;
    if (found === undefined) return `${join(folder, path)} is missing.`;
    if (found !== sizeBytes) return `${join(folder, path)} has ${found} B instead of ${sizeBytes} B.`;
  }
  return null;
}

function readManifest(folder: string): Manifest | null {
  try {
    const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
    return Array.isArray(manifest?.files) ? manifest : null;
  } catch {
    return null;
  }
}

/** Our own addon is compiled where it runs, against the headers of that TensorFlow. */
export const STATISTICS_SOURCE = join(packageRoot(), 'src/runtime/native/allocator_statistics.cc');

/** Where it lies. Another source or TensorFlow is another folder, so clones of several versions can share one TensorFlow. */
export function statisticsPaths({ folder, tensorflowVersion }: Installation, source = STATISTICS_SOURCE) {
  const hash = createHash('sha256').update(`${tensorflowVersion}\0`).update(readFileSync(source)).digest('hex');
  const own = join(folder, `statistics-${hash.slice(0, 12)}`);
  return { folder: own, addon: join(own, 'allocator_statistics.node'), failure: join(own, 'failure.txt') };
}

/** The addon, or in one sentence without paths why there is none: the sentence is kept in records. */
export function examineStatistics(
  installation: Installation,
  source = STATISTICS_SOURCE,
): { readonly addonPath: string } | { readonly reason: string } {
  const { addon, failure } = statisticsPaths(installation, source);
  if (existsSync(addon)) return { addonPath: addon };
  if (!existsSync(failure)) return { reason: 'the reader of allocator statistics is not set up: run `memproof setup`' };
  const words = readFileSync(failure, 'utf8');
  const cause = /error: (.*)/.exec(words)?.[1] ?? words.split('\n', 1)[0];
  return { reason: `the reader of allocator statistics could not be built: ${cause}` };
}

export function tfjsNodeGpuVersion(): string {
  return createRequire(import.meta.url)('@tensorflow/tfjs-node-gpu/package.json').version;
}
