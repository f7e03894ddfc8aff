/** Is this machine fit to measure, and if not, why not: one finding per fact, each with its remedy. Nothing is changed. */
import { accessSync, constants, existsSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { toMemproofError } from '../errors.ts';
import { chooseDevice, chooseWheel } from './choice.ts';
import { runtimeFolder } from './folder.ts';
import { examineInstallation, examineStatistics, type Installation, statisticsPaths } from './installation.ts';
import { cudaDriverLibrary, nvidiaDeviceNodes } from './nvidia.ts';
import { loadedTensorflowVersion } from './setup/smoke.ts';
import { TENSORFLOW_CPU } from './setup/wheel.ts';

export interface Finding {
  readonly id:
    | 'platform'
    | 'glibc'
    | 'processor'
    | 'node'
    | 'runtime-folder'
    | 'installation'
    | 'library'
    | 'statistics'
    | 'gpu';
  readonly status: 'ok' | 'warning' | 'fatal';
  readonly fact: string;
  readonly remedy: string | null;
}

export async function diagnose(): Promise<Finding[]> {
  const { installation, problem } = examineInstallation(chooseWheel(chooseDevice('auto')));
  return [
    platformFinding(process.platform, process.arch),
    glibcFinding(glibcVersion()),
    processorFinding(readOrNull('/proc/cpuinfo')),
    nodeFinding(process.versions.node),
    folderFinding(runtimeFolder()),
    ...(installation === null
      ? [fatal('installation', `TensorFlow is not set up: ${problem}`, 'Run `memproof setup`.')]
      : [installationFinding(installation), await libraryFinding(installation), statisticsFinding(installation)]),
    gpuFinding(nvidiaDeviceNodes(), cudaDriverLibrary()),
  ];
}

const ok = (id: Finding['id'], fact: string): Finding => ({ id, status: 'ok', fact, remedy: null });
const warning = (id: Finding['id'], fact: string, remedy: string): Finding => ({ id, status: 'warning', fact, remedy });
const fatal = (id: Finding['id'], fact: string, remedy: string): Finding => ({ id, status: 'fatal', fact, remedy });

export function platformFinding(platform: string, arch: string): Finding {
  const fact = `Platform ${platform}-${arch}.`;
  const fit = platform === 'linux' && arch === 'x64';
  return fit ? ok('platform', fact) : fatal('platform', fact, 'TensorFlow is set up on Linux x86-64 only.');
}

/** The manylinux2014 wheels of TensorFlow 2.18 want glibc 2.17. */
export function glibcFinding(version: string | null): Finding {
  if (version === null) return fatal('glibc', 'No glibc (musl?).', 'Use a distribution with glibc, such as Debian.');
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const fit = major > 2 || (major === 2 && minor >= 17);
  const fact = `glibc ${version}.`;
  return fit ? ok('glibc', fact) : fatal('glibc', fact, 'TensorFlow needs glibc 2.17: use a newer distribution.');
}

/** TensorFlow's wheels are compiled for AVX; without it the library dies with SIGILL. */
export function processorFinding(cpuinfo: string | null): Finding {
  const flags = /^flags\s*:(.*)$/m.exec(cpuinfo ?? '')?.[1]?.split(' ');
  if (flags === undefined) return warning('processor', 'Whether the processor has AVX is unknown.', 'Look at lscpu.');
  if (flags.includes('avx')) return ok('processor', 'The processor has AVX.');
  return fatal('processor', 'The processor has no AVX, which TensorFlow needs.', 'Use another machine.');
}

/** See nodeCompatibility.ts for what is put back. */
export function nodeFinding(version: string): Finding {
  const polyfilled = Number.parseInt(version, 10) >= 23;
  const note = polyfilled ? ' (functions that tfjs wants and Node 23 removed are put back)' : '';
  return ok('node', `Node ${version}${note}.`);
}

export function folderFinding(folder: string): Finding {
  let nearest = folder; // the set-up makes what is missing of the path
  while (!existsSync(nearest)) nearest = dirname(nearest);
  const remedy = 'Set MEMPROOF_RUNTIME_DIR for `memproof setup`.';
  if (!statSync(nearest).isDirectory()) return fatal('runtime-folder', `${nearest} is not a folder.`, remedy);
  try {
    accessSync(nearest, constants.W_OK | constants.X_OK);
    return ok('runtime-folder', `Runtime folder ${folder}.`);
  } catch {
    return warning('runtime-folder', `Cannot write into ${nearest}.`, remedy);
  }
}

function installationFinding({ tensorflowVersion, build, addonPath }: Installation): Finding {
  return ok('installation', `TensorFlow ${tensorflowVersion} (${build}) is set up; addon ${addonPath}.`);
}

async function libraryFinding({ addonPath, tensorflowVersion }: Installation): Promise<Finding> {
  const remedy = 'Remove the runtime folder and run `memproof setup` again.';
  try {
    const found = await loadedTensorflowVersion(addonPath);
    if (found === tensorflowVersion) return ok('library', `TensorFlow loads and says that it is ${found}.`);
    return fatal('library', `TensorFlow says that it is ${found}; wanted is ${tensorflowVersion}.`, remedy);
  } catch (error) {
    return fatal('library', toMemproofError(error).message, remedy);
  }
}

/** Only the ledger `allocated` needs it. */
function statisticsFinding(installation: Installation): Finding {
  const found = examineStatistics(installation);
  if ('addonPath' in found) return ok('statistics', 'The statistics of the allocator can be read.');
  const { failure } = statisticsPaths(installation);
  const remedy = existsSync(failure) ? `See ${failure}, then run` : 'Run';
  return warning('statistics', `No ledger \`allocated\`: ${found.reason}.`, `${remedy} \`memproof setup\`.`);
}

function gpuFinding(nodes: readonly string[], driverLibrary: string | null): Finding {
  const devices = nodes.length === 0 ? 'no NVIDIA device nodes' : nodes.join(', ');
  const driver = driverLibrary === null ? 'no libcuda' : driverLibrary;
  return ok('gpu', `GPU: ${devices}; ${driver}. This build of TensorFlow (${TENSORFLOW_CPU.build}) does not use it.`);
}

function glibcVersion(): string | null {
  const report = process.report as (NodeJS.ProcessReport & { excludeNetwork?: boolean }) | undefined;
  if (report === undefined) return null;
  report.excludeNetwork = true; // no look-up of host names
  const { header } = report.getReport() as unknown as { header: { glibcVersionRuntime?: string } };
  return header.glibcVersionRuntime ?? null;
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
