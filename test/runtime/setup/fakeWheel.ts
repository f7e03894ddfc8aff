/** A wheel with the same layout as TensorFlow's and a few kilobytes of real shared libraries in it. */
import { basename, join } from 'node:path';
import type { Wheel } from '../../../src/runtime/setup/wheel.ts';
import { buildLibrary, packWheel, put } from './packWheel.ts';

export const FAKE_WHEEL: Wheel = {
  package: 'memproof-fake-tensorflow',
  version: '9.9.9',
  build: 'cpu',
  downloadBytes: 20_000,
  installedBytes: 100_000,
  neededBytes: 1_000_000,
  glibc: '2.17',
  libraries: ['tensorflow/libtensorflow_cc.so.2', 'tensorflow/libtensorflow_framework.so.2'],
  cuda: [],
};

export const LIBRARY = 'extern "C" const char* TF_Version() { return "9.9.9"; }';
export const HEADER = 'extern "C" const char* TF_Version();';
/** An addon that says `version`, an expression of C, under the name `exported`. */
export const addonSource = (version: string, exported = 'TF_Version'): string => `
#include <node_api.h>
#include "tensorflow/c/c_api.h"
static napi_value Init(napi_env env, napi_value exports) {
  napi_value version;
  napi_create_string_utf8(env, ${version}, NAPI_AUTO_LENGTH, &version);
  napi_set_named_property(env, exports, "${exported}", version);
  return exports;
}
NAPI_MODULE(NODE_GYP_MODULE_NAME, Init)
`;

export interface FakeSource {
  /** A folder for PIP_FIND_LINKS. */
  readonly links: string;
  readonly wheelPath: string;
  readonly addonSources: string[];
  readonly statisticsSource: string;
}

export function makeFakeWheel(folder: string, { damaged = '', without = '' } = {}): FakeSource {
  const tree = join(folder, 'tree');
  const links = join(folder, 'links');
  put(join(tree, 'tensorflow/include/tensorflow/c/c_api.h'), HEADER);
  put(join(tree, 'tensorflow/python/not_needed.py'), 'pass');
  const source = put(join(folder, 'library.cc'), LIBRARY);
  for (const name of FAKE_WHEEL.libraries.filter((library) => library !== without))
    buildLibrary(source, join(tree, name), basename(name));
  const { package: name, version } = FAKE_WHEEL;
  const contents = { package: name, version, tag: 'cp311-cp311-manylinux2014_x86_64', damaged };
  return { links, wheelPath: packWheel(tree, links, contents), ...ownSources(folder) };
}

/** What is compiled at the set-up. */
export const ownSources = (folder: string) => ({
  addonSources: [put(join(folder, 'addon.cc'), addonSource('TF_Version()'))],
  statisticsSource: put(join(folder, 'statistics.cc'), addonSource('MEMPROOF_TENSORFLOW_VERSION', 'compiledFor')),
});
