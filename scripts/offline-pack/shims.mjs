/**
 * Stand-ins for the CUDA 12 libraries that TensorFlow opens, where the machine has the CUDA 13 wheels that came with another framework.
 * A shim has the old name and needs the new library, so that a look-up through it reaches the new one. Tried on the loader only: whether
 * the two agree on every structure has to be seen on a GPU.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from './program.mjs';

/** `needs` is looked for in nvidia/installed/<folder>, which linkCuda.mjs makes a link when the pack is unpacked. */
const SHIMS = [
  { soname: 'libcublas.so.12', needs: 'libcublas.so.13', folder: 'cublas' },
  { soname: 'libcublasLt.so.12', needs: 'libcublasLt.so.13', folder: 'cublas' },
  { soname: 'libcufft.so.11', needs: 'libcufft.so.12', folder: 'cufft' },
  // Of CUDA 13's, 82 functions that TensorFlow looks up are gone. Only operations of linear algebra call it, and memproof has none.
  { soname: 'libcusolver.so.11', needs: null, folder: 'cusolver' },
];

/**
 * Into `nvidia`, the folder beside TensorFlow. cuSPARSE and cuDNN have the same sonames in both, so they are links to what is installed.
 * The CUDA runtime is not made here: 29 functions that TensorFlow looks up are gone from CUDA 13's, so the real one is packed.
 */
export async function makeShims(cuda, nvidia, scratch, compiler, abort) {
  const source = join(scratch, 'empty.c');
  writeFileSync(source, '');
  const [program, ...leading] = compiler;
  const link = (output, soname, rest) =>
    runProgram(program, [...leading, '-shared', '-nostdlib', `-Wl,-soname,${soname}`, '-o', output, source, ...rest], {
      abort,
    });
  const made = [];
  for (const { soname, needs, folder } of wantedShims(cuda)) {
    const needed = [];
    if (needs !== null) {
      const standIn = join(scratch, needs); // the linker wants to see a library of that name
      await link(standIn, needs, []);
      needed.push('-Wl,--no-as-needed', standIn, `-Wl,-rpath,$ORIGIN/../../installed/${folder}`);
    }
    mkdirSync(join(nvidia, folder, 'lib'), { recursive: true });
    const path = join(folder, 'lib', soname);
    await link(join(nvidia, path), soname, needed);
    made.push(path);
  }
  return made;
}

function wantedShims(cuda) {
  if (cuda === 'shim') return SHIMS;
  return cuda === 'cublas' ? SHIMS.filter(({ folder }) => folder !== 'cublas') : [];
}
