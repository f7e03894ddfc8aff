/** Shims and links, on libraries that only have CUDA's names: what the loader makes of them. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { linkCuda } from '../../scripts/offline-pack/linkCuda.mjs';
import { makeShims } from '../../scripts/offline-pack/shims.mjs';
import { requireKoffi } from '../../src/runtime/koffi.ts';
import { runCommand } from '../../src/runtime/setup/command.ts';
import { compilerCommand } from '../../src/runtime/setup/compile.ts';
import { temporaryFolder } from '../cli/memproof.ts';

const folder = temporaryFolder();
const compiler = compilerCommand();

/** A library that answers 13, in the folder where a wheel has it. */
async function putLibrary(path: string): Promise<void> {
  const [program, ...leading] = compiler;
  const source = join(folder, 'version.cc');
  writeFileSync(source, 'extern "C" int version() { return 13; }');
  mkdirSync(join(path, '..'), { recursive: true });
  const args = [...leading, '-shared', '-fPIC', `-Wl,-soname,${basename(path)}`, '-o', path, source];
  expect(await runCommand(program, args)).toMatchObject({ status: 0 });
}

const version = (library: string): unknown => requireKoffi().load(library).func('version', 'int', [])();

describe('shims over CUDA 13', () => {
  it.each([
    ['in one folder', ['cu13', 'cu13']],
    ['each in its own', ['cublas', 'cufft']],
  ])('lead to the libraries of the wheels, which lie %s', async (name, [cublas, cufft]) => {
    const [site, nvidia, scratch] = ['site', 'nvidia', 'scratch'].map((part) => join(folder, name, part));
    if (site === undefined || nvidia === undefined || scratch === undefined) throw new Error('unreachable');
    for (const path of [nvidia, scratch]) mkdirSync(path, { recursive: true });
    await putLibrary(join(site, `nvidia/${cublas}/lib/libcublas.so.13`));
    await putLibrary(join(site, `nvidia/${cublas}/lib/libcublasLt.so.13`));
    await putLibrary(join(site, `nvidia/${cufft}/lib/libcufft.so.12`));
    await putLibrary(join(site, 'nvidia/cudnn/lib/libcudnn.so.9'));

    const made = await makeShims('shim', nvidia, scratch, compiler, new AbortController().signal);
    expect(made.map((path) => basename(path))).toEqual([
      'libcublas.so.12',
      'libcublasLt.so.12',
      'libcufft.so.11',
      'libcusolver.so.11',
    ]);

    linkCuda(nvidia, site); // once more changes nothing
    expect(linkCuda(nvidia, site)).toEqual([
      `libcublas.so.13: ${site}/nvidia/${cublas}/lib`,
      `libcufft.so.12: ${site}/nvidia/${cufft}/lib`,
      `libcusparse.so.12: not in ${site}/nvidia`,
      `libcudnn.so.9: ${site}/nvidia/cudnn/lib`,
    ]);
    expect(version(join(nvidia, 'cublas/lib/libcublas.so.12'))).toBe(13);
    expect(version(join(nvidia, 'cublas/lib/libcublasLt.so.12'))).toBe(13);
    expect(version(join(nvidia, 'cufft/lib/libcufft.so.11'))).toBe(13);
    expect(version(join(nvidia, 'cudnn/lib/libcudnn.so.9'))).toBe(13); // a link, not a shim
    requireKoffi().load(join(nvidia, 'cusolver/lib/libcusolver.so.11')); // needs nothing
  });

  it('are said to lead nowhere where no wheels are known', () => {
    expect(linkCuda(folder, null)).toEqual(['no site-packages with nvidia/ is known: the shims lead nowhere']);
  });
});
