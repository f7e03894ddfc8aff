/** What was set up: the runtime folder, the installation in it, and whether its addons load. */
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  ADDON_PATH,
  examineInstallation,
  examineStatistics,
  type Installation,
  installationFolder,
  statisticsPaths,
} from '../installation.ts';
import { exportOfAddon, loadedTensorflowVersion } from '../setup/smoke.ts';
import type { Wheel } from '../setup/wheel.ts';
import { type Finding, fatal, ok, skipped, warning } from './finding.ts';
import { failureWords, patiently } from './patience.ts';

export function folderFinding(folder: string): Finding {
  let nearest = folder; // the set-up makes what is missing of the path
  while (!existsSync(nearest)) nearest = dirname(nearest);
  const remedy = 'Set MEMPROOF_RUNTIME_DIR for `memproof setup`.';
  if (!statSync(nearest).isDirectory()) return fatal('runtime-folder', { fact: `${nearest} is not a folder.`, remedy });
  try {
    accessSync(nearest, constants.W_OK | constants.X_OK);
    return ok('runtime-folder', `Runtime folder ${folder}.`);
  } catch {
    return warning('runtime-folder', { fact: `Cannot write into ${nearest}.`, remedy });
  }
}

/** An installation as it lies there; it may be incomplete or of another version. */
export interface LaidOut extends Installation {
  /** Why nothing can be measured with it; null if it can. */
  readonly problem: string | null;
  readonly wheel: Wheel;
}

export function layOut(wheel: Wheel): LaidOut {
  const folder = installationFolder(wheel);
  const { problem } = examineInstallation(wheel);
  const { version: tensorflowVersion, build } = wheel;
  return { folder, addonPath: join(folder, ADDON_PATH), tensorflowVersion, build, problem, wheel };
}

export function installationFinding({ problem, folder, addonPath, tensorflowVersion, build }: LaidOut): Finding {
  if (problem === null)
    return ok('installation', `TensorFlow ${tensorflowVersion} (${build}) is set up; addon ${addonPath}.`);
  const remedy = `Run \`memproof setup --device ${build}\`.`;
  if (!existsSync(folder))
    return fatal('installation', {
      fact: `TensorFlow ${tensorflowVersion} (${build}) is not set up in ${dirname(folder)}.`,
      remedy,
    });
  return fatal('installation', {
    fact: `TensorFlow ${tensorflowVersion} (${build}) is not completely set up: ${problem}`,
    cause: 'Something was removed, changed or half copied, or another version of memproof made it.',
    remedy,
  });
}

/** Loads the addon, and with it TensorFlow. */
export async function libraryFinding(laidOut: LaidOut, abort?: AbortSignal): Promise<Finding> {
  const { addonPath, tensorflowVersion, folder, build } = laidOut;
  if (!existsSync(addonPath)) return skipped('library', 'there is no addon to load');
  const remedy = `Remove ${folder} and run \`memproof setup --device ${build}\`.`;
  try {
    const found = await patiently((either) => loadedTensorflowVersion(addonPath, either), abort);
    if (found === tensorflowVersion) return ok('library', `TensorFlow loads and says that it is ${found}.`);
    const fact = `TensorFlow says that it is ${found}; this installation is for ${tensorflowVersion}.`;
    return fatal('library', { fact, cause: 'The library was exchanged after the set-up.', remedy });
  } catch (error) {
    const message = failureWords(error);
    return fatal('library', { fact: message, cause: causeOfLoadFailure(message, build), remedy });
  }
}

/** What the loader's words mean. */
export function causeOfLoadFailure(words: string, build: Wheel['build']): string | undefined {
  if (/libtensorflow\.so\.\d/.test(words))
    return 'The addon was built for the stock libtensorflow, not for the library of the Python wheel that lies beside it.';
  if (/undefined symbol/.test(words)) return 'The addon was built for another TensorFlow than the one beside it.';
  if (/GLIBC(XX)?_[\d.]+' not found/.test(words))
    return "The system's C or C++ library is older than the one it was built with.";
  if (/SIGILL/.test(words)) return 'The processor lacks instructions that TensorFlow was compiled for, such as AVX.';
  if (/file too short|invalid ELF header/.test(words)) return 'The file is damaged, or of another platform.';
  if (/lib(tensorflow_cc|tensorflow_framework)/.test(words))
    return `A library of the ${build} build is missing from deps/lib.`;
  return undefined;
}

/** Only the ledger `allocated` needs it. */
export async function statisticsFinding(laidOut: LaidOut, abort?: AbortSignal): Promise<Finding> {
  if (!existsSync(laidOut.folder)) return skipped('statistics', 'TensorFlow is not set up');
  const setUp = `Run \`memproof setup --device ${laidOut.build}\`.`;
  const lost = (cause: string, remedy: string): Finding =>
    warning('statistics', { fact: 'There is no ledger `allocated`.', cause, remedy: `${remedy}${setUp}` });
  const found = examineStatistics(laidOut);
  if ('reason' in found) {
    const { failure } = statisticsPaths(laidOut);
    return lost(`${found.reason}.`, existsSync(failure) ? `See ${failure}. ` : '');
  }
  const anew = `Remove ${found.addonPath}. `;
  try {
    const compiledFor = await patiently((either) => exportOfAddon(found.addonPath, 'compiledFor', either), abort);
    if (compiledFor !== laidOut.tensorflowVersion)
      return lost(`Its reader was compiled for TensorFlow ${compiledFor}.`, anew);
    return ok('statistics', "The reader of the allocator's statistics loads.");
  } catch (error) {
    return lost(failureWords(error), anew);
  }
}
