/** The libraries of CUDA that TensorFlow opens when it starts on a GPU: one that is missing is enough for it to run on the CPU instead. */
import { realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { CheckedLibrary } from '../loaderCheck.ts';
import { otherVersions } from './findable.ts';
import { type Finding, fatal, ok, skipped, warning } from './finding.ts';
import type { Probed } from './probe.ts';

export interface LibraryFacts {
  /** What TensorFlow itself opened, or why it could not be asked. */
  readonly checked: readonly CheckedLibrary[] | { readonly reason: string };
  readonly installationFolder: string;
  /** The remedy where one is missing. */
  readonly setUp: string;
  /** All that might be taken for one of them. */
  readonly files: readonly string[];
  readonly libraryPath: string | undefined;
  /** Opening the part of cuDNN that has needs of its own; null if it is not where cuDNN was found. */
  readonly cudnnPart: { readonly path: string; readonly opened: Probed<unknown> } | null;
}

export function libraryFindings(facts: LibraryFacts): Finding[] {
  const { checked } = facts;
  if ('reason' in checked) return [skipped('cuda-libraries', checked.reason)];
  return [...checked.map((library) => sonameFinding(library, facts)), cudnnFinding(facts), pathFinding(checked, facts)];
}

function sonameFinding({ soname, path, error }: CheckedLibrary, facts: LibraryFacts): Finding {
  if (error === null) return ok(soname, `${soname}: ${path ?? 'found'}.`);
  const missing = error.startsWith(`${soname}:`); // else it is there and lacks something, or is broken
  const others = missing ? otherVersions(soname, facts.files) : [];
  const found = others.length === 0 ? '' : `Found ${others.join(', ')}, but ${soname} is needed. `;
  const astray = missing ? undefined : inLibraryPath(soname, facts);
  const first = astray === undefined ? '' : `LD_LIBRARY_PATH leads to ${astray} first. `;
  return fatal(soname, {
    fact: `${soname} ${missing ? 'is missing' : 'does not open'}: ${error}`,
    cause: `${found}${first}TensorFlow uses no GPU at all if one of these libraries is missing.`,
    remedy: astray === undefined ? facts.setUp : UNSET,
  });
}

const UNSET = 'Unset LD_LIBRARY_PATH; the installation has all that is needed.';

/** The file that LD_LIBRARY_PATH puts before the installation's. */
function inLibraryPath(soname: string, { files, libraryPath = '' }: LibraryFacts): string | undefined {
  const wanted = libraryPath.split(':').map((folder) => join(folder, soname));
  return wanted.find((path) => files.includes(path));
}

/** libcudnn.so.9 alone opens no other library; libcudnn_graph.so.9, which it opens when it is first used, needs libz.so.1. */
function cudnnFinding({ cudnnPart, setUp }: LibraryFacts): Finding {
  if (cudnnPart === null) return skipped('cudnn-parts', 'libcudnn.so.9 was not found, or lies alone');
  const { opened, path } = cudnnPart;
  if ('facts' in opened) return ok('cudnn-parts', `The other libraries of cuDNN open (${path}).`);
  const zlib = /libz\.so/.test(opened.failure);
  return warning('cudnn-parts', {
    fact: `${opened.failure}.`,
    cause: `${zlib ? 'cuDNN needs zlib. ' : ''}TensorFlow starts all the same, and fails at the first operation that uses cuDNN.`,
    remedy: zlib ? 'Install zlib (`apt-get install zlib1g`).' : setUp,
  });
}

/** LD_LIBRARY_PATH goes before what TensorFlow's RUNPATH says. */
function pathFinding(checked: readonly CheckedLibrary[], { libraryPath, installationFolder }: LibraryFacts): Finding {
  const own = realPath(join(installationFolder, 'deps/nvidia'));
  const strangers = checked.filter(({ path }) => path !== null && !path.startsWith(`${own}/`));
  if (strangers.length === 0) {
    const unused = libraryPath ? 'LD_LIBRARY_PATH leads to none of them.' : 'LD_LIBRARY_PATH is not set.';
    return ok('library-path', `CUDA's libraries are those of the installation. ${unused}`);
  }
  const all = strangers.length === checked.filter(({ path }) => path !== null).length;
  return warning('library-path', {
    fact: `Not from the installation: ${strangers.map(({ soname, path }) => `${soname} (${dirname(path ?? '')})`).join(', ')}.`,
    cause: `${libraryPath ? `LD_LIBRARY_PATH is ${libraryPath}` : 'The loader is configured so'}. ${
      all ? 'Another version takes other scratch memory' : 'The versions are mixed'
    }: bytes and times are not those of the versions that TensorFlow pins.`,
    remedy: UNSET,
  });
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path; // there is none: everything is a stranger
  }
}
