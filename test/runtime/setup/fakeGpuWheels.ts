/**
 * A GPU build of the fake TensorFlow and a CUDA package of NVIDIA's layout: small, and real where it matters. Its framework library opens
 * what TensorFlow would open, finds it by its RUNPATH, and says so in TensorFlow's words.
 */
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Wheel } from '../../../src/runtime/setup/wheel.ts';
import { HEADER, LIBRARY, ownSources } from './fakeWheel.ts';
import { buildLibrary, packWheel, put } from './packWheel.ts';

const CUDA = [
  { package: 'nvidia-fake-runtime-cu12', version: '12.5.1', library: 'nvidia/cuda_runtime/lib/libfakecudart.so.12' },
  { package: 'nvidia-fake-blas-cu12', version: '12.5.3.2', library: 'nvidia/cublas/lib/libfakeblas.so.12' },
] as const;
export const FAKE_SONAMES = CUDA.map(({ library }) => basename(library));

export const FAKE_GPU_WHEEL: Wheel = {
  package: 'memproof-fake-tensorflow-gpu',
  version: '9.9.9',
  build: 'gpu',
  downloadBytes: 600_000_000, // so that a pip that resumes is wanted
  installedBytes: 100_000,
  neededBytes: 1_000_000,
  glibc: '2.17',
  libraries: ['tensorflow/libtensorflow_cc.so.2', 'tensorflow/libtensorflow_framework.so.2'],
  cuda: CUDA.map(({ package: name, library }) => ({ package: name, downloadBytes: 20_000, libraries: [library] })),
};

/** As dlopen_checker.cc and dso_loader.cc have it. */
const FRAMEWORK = `
#include <dlfcn.h>
#include <cstdint>
#include <cstdio>
#include <initializer_list>
namespace tsl { namespace internal { namespace DsoLoader {
uint64_t TryDlopenCUDALibraries() {
  uint64_t status = 0;
  for (const char* name : {${FAKE_SONAMES.map((name) => `"${name}"`).join(', ')}}) {
    if (dlopen(name, RTLD_NOW | RTLD_LOCAL)) fprintf(stderr, "I dso_loader.cc:70] Successfully opened dynamic library %s\\n", name);
    else { fprintf(stderr, "W dso_loader.cc:61] Could not load dynamic library '%s'; dlerror: %s\\n", name, dlerror()); status = 8; }
  }
  return status;
}
}}}
${LIBRARY}
`;

export interface FakeGpuSource {
  /** A folder for PIP_FIND_LINKS, or for `setup --from`. */
  readonly links: string;
  /** TensorFlow's first. */
  readonly wheelPaths: readonly string[];
  readonly addonSources: string[];
  readonly statisticsSource: string;
}

export function makeFakeGpuWheels(folder: string, { paddingBytes = 0 } = {}): FakeGpuSource {
  const links = join(folder, 'links');
  const tree = join(folder, 'tensorflow');
  put(join(tree, 'tensorflow/include/tensorflow/c/c_api.h'), HEADER);
  writeFileSync(put(join(tree, 'tensorflow/padding.bin'), ''), randomBytes(paddingBytes));
  const [cc = '', framework = ''] = FAKE_GPU_WHEEL.libraries;
  buildLibrary(put(join(folder, 'library.cc'), LIBRARY), join(tree, cc), basename(cc));
  const runPath = CUDA.map(({ library }) => `$ORIGIN/../${join(library, '..')}`).join(':');
  const source = put(join(folder, 'framework.cc'), FRAMEWORK);
  buildLibrary(source, join(tree, framework), basename(framework), `-Wl,-rpath,${runPath}`, '-ldl');
  const pins = CUDA.map((cuda) => `Requires-Dist: ${cuda.package} ==${cuda.version} ; extra == 'and-cuda'`);
  const tensorflow = packWheel(tree, links, {
    ...{ package: FAKE_GPU_WHEEL.package, version: FAKE_GPU_WHEEL.version },
    tag: 'cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64',
    metadata: [...pins, "Requires-Dist: nvidia-fake-unused-cu12 ==1.0 ; extra == 'and-cuda'"],
  });
  const empty = put(join(folder, 'empty.cc'), 'extern "C" int fake() { return 12; }');
  const others = CUDA.map(({ package: name, version, library }) => {
    const own = join(folder, name);
    buildLibrary(empty, join(own, library), basename(library));
    put(join(own, 'nvidia/cublas/lib/libfakeunused.so.12'), 'nobody opens this');
    return packWheel(own, links, { package: name, version, tag: 'py3-none-manylinux2014_x86_64' });
  });
  return { links, wheelPaths: [tensorflow, ...others], ...ownSources(folder) };
}
