/**
 * TensorFlow's own check of the CUDA libraries that it wants, which needs neither a GPU nor a driver. It is asked in a process of its own:
 * what a library leads to is decided once per process, and a broken one may end it.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fail } from '../errors.ts';
import type { Installation } from './installation.ts';
import { lastWords, runCommand } from './setup/command.ts';

export interface CheckedLibrary {
  /** What TensorFlow opens, as `libcublas.so.12`. */
  readonly soname: string;
  /** The file that was opened; null if none was. */
  readonly path: string | null;
  /** The loader's words about one that was not opened. */
  readonly error: string | null;
}

/** tsl/platform/default/dlopen_checker.cc; absl::Status is one word here, which is 0 (in newer releases 1) if all is well. */
const CHECK = '_ZN3tsl8internal9DsoLoader22TryDlopenCUDALibrariesEv';

const SCRIPT = `
const { readFileSync, realpathSync } = require('node:fs');
const [framework, koffiPath] = process.argv.slice(1);
const koffi = require(koffiPath);
const library = koffi.load(framework, { lazy: true, global: true });
const status = [0n];
library.func('void *${CHECK}(_Out_ uint64_t *status)')(status);
const mapped = readFileSync('/proc/self/maps', 'utf8').matchAll(/ (\\/\\S+\\.so[.\\d]*)$/gm);
process.stdout.write(JSON.stringify([...new Set([...mapped].map(([, path]) => path))]));
`;

/**
 * Every library that TensorFlow tried, in its order, and the file that each led to under this process's own environment (LD_LIBRARY_PATH
 * goes before everything else). Throws E_RUNTIME_LOAD if the check itself does not run.
 */
export async function checkCudaLibraries(
  { folder }: Pick<Installation, 'folder'>,
  abort?: AbortSignal,
): Promise<CheckedLibrary[]> {
  const koffi = koffiPath();
  if (koffi === null) throw fail('E_RUNTIME_LOAD', { detail: 'the optional package koffi is not installed.' });
  const framework = join(folder, 'deps/lib/libtensorflow_framework.so.2');
  const environment = { TF_CPP_VMODULE: 'dso_loader=1', TF_CPP_MIN_LOG_LEVEL: '0' };
  const outcome = await runCommand(process.execPath, ['-e', SCRIPT, framework, koffi], { environment, abort });
  if (outcome.status !== 0) throw fail('E_RUNTIME_LOAD', { detail: lastWords(outcome, 3) });
  return readCheck(outcome.stderr, JSON.parse(outcome.stdout));
}

/** From what TensorFlow wrote, and the files that were in memory afterwards. */
function readCheck(stderr: string, mapped: readonly string[]): CheckedLibrary[] {
  const found = new Map<string, CheckedLibrary>();
  for (const line of stderr.split('\n')) {
    const opened = /Successfully opened dynamic library (\S+)/.exec(line)?.[1];
    if (opened !== undefined) {
      const path =
        mapped.find((file) => file.endsWith(`/${opened}`)) ?? mapped.find((file) => file.includes(`/${opened}.`));
      found.set(opened, { soname: opened, path: path ?? null, error: null });
    }
    const [, missing, error] = /Could not load dynamic library '([^']+)'; dlerror: (.*)$/.exec(line) ?? [];
    if (missing !== undefined) found.set(missing, { soname: missing, path: null, error: error ?? '' });
  }
  return [...found.values()];
}

/** The check calls a function of C++, for which the optional package koffi is needed. */
export const canCheckCudaLibraries = (): boolean => koffiPath() !== null;

function koffiPath(): string | null {
  try {
    return createRequire(import.meta.url).resolve('koffi');
  } catch {
    return null;
  }
}
