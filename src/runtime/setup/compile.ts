/** Compiles an N-API addon with the compiler alone: node-gyp would download Node's headers, and N-API's come from a package. */
import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { fail } from '../../errors.ts';
import { lastWords, runCommand } from './command.ts';

export interface AddonSources {
  readonly sources: readonly string[];
  readonly includes: readonly string[];
  /** Shared libraries that it is linked with. They are found again at their place relative to `output`. */
  readonly libraries: readonly string[];
  readonly output: string;
  /** `NAME=value`. */
  readonly defines?: readonly string[];
  readonly flags?: readonly string[];
}

/** What node-gyp would pass for an addon of N-API 8; TensorFlow's headers need C++17. */
const FLAGS = ['-shared', '-fPIC', '-O2', '-std=gnu++17', '-fvisibility=hidden'];
const DEFINES = ['-DNAPI_VERSION=8', '-DBUILDING_NODE_EXTENSION'];

export async function compileAddon(addon: AddonSources, abort?: AbortSignal): Promise<void> {
  const { sources, includes, libraries, output, defines = [], flags = [] } = addon;
  mkdirSync(dirname(output), { recursive: true });
  const [program, ...leading] = compilerCommand();
  const searchPaths = new Set(libraries.map((library) => relative(dirname(output), dirname(library))));
  const commandLine = [
    ...leading,
    ...FLAGS,
    ...flags,
    ...DEFINES,
    ...defines.map((define) => `-D${define}`),
    `-DNODE_GYP_MODULE_NAME=${basename(output, '.node')}`,
    ...[...includes, nodeApiHeaders()].flatMap((folder) => ['-I', folder]),
    ...sources,
    ...['-o', output],
    ...libraries,
    ...[...searchPaths].map((path) => `-Wl,-rpath,$ORIGIN/${path}`),
  ];
  const outcome = await runCommand(program, commandLine, { abort });
  if (outcome.status !== 0) throw fail('E_ADDON_BUILD', { detail: lastWords(outcome) });
}

/** CXX may carry arguments, as in `ccache g++`. */
export function compilerCommand(): [program: string, ...args: string[]] {
  const [program = 'g++', ...args] = (process.env['CXX'] ?? '').split(/\s+/).filter((word) => word !== '');
  return [program, ...args];
}

function nodeApiHeaders(): string {
  return join(dirname(createRequire(import.meta.url).resolve('node-api-headers/package.json')), 'include');
}
