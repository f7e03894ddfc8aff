/** A wheel with the same layout as TensorFlow's and a few kilobytes of real shared libraries in it. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Wheel } from '../../../src/runtime/setup/wheel.ts';

export const FAKE_WHEEL: Wheel = {
  package: 'memproof-fake-tensorflow',
  version: '9.9.9',
  build: 'cpu',
  downloadBytes: 20_000,
  neededBytes: 1_000_000,
  libraries: ['tensorflow/libtensorflow_cc.so.2', 'tensorflow/libtensorflow_framework.so.2'],
};

const LIBRARY = 'extern "C" const char* TF_Version() { return "9.9.9"; }';
const HEADER = 'extern "C" const char* TF_Version();';
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

/** Packs `tree`; a file whose name is in `damaged` gets another hash in RECORD than it has. */
const PACK = `
import base64, hashlib, os, sys, zipfile
tree, wheel, distribution, damaged = sys.argv[1:]
record = []
with zipfile.ZipFile(wheel, 'w', zipfile.ZIP_DEFLATED) as archive:
    for folder, _, names in os.walk(tree):
        for name in names:
            path = os.path.join(folder, name)
            inside = os.path.relpath(path, tree)
            content = open(path, 'rb').read()
            archive.writestr(inside, content)
            hashed = content + b'x' if inside == damaged else content
            digest = base64.urlsafe_b64encode(hashlib.sha256(hashed).digest()).rstrip(b'=').decode()
            record.append(f'{inside},sha256={digest},{len(content)}')
    record.append(f'{distribution}.dist-info/RECORD,,')
    archive.writestr(f'{distribution}.dist-info/RECORD', '\\n'.join(record) + '\\n')
`;

export interface FakeSource {
  /** A folder for PIP_FIND_LINKS. */
  readonly links: string;
  readonly wheelPath: string;
  readonly addonSources: string[];
  readonly statisticsSource: string;
}

export function makeFakeWheel(folder: string, { damaged = '', without = '' } = {}): FakeSource {
  const distribution = 'memproof_fake_tensorflow-9.9.9';
  const tree = join(folder, 'tree');
  const links = join(folder, 'links');
  const put = (path: string, content: string): string => {
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, content);
    return path;
  };
  mkdirSync(links, { recursive: true });
  put(join(tree, 'tensorflow/include/tensorflow/c/c_api.h'), HEADER);
  put(join(tree, 'tensorflow/python/not_needed.py'), 'pass');
  put(
    join(tree, `${distribution}.dist-info/METADATA`),
    `Metadata-Version: 2.1\nName: ${FAKE_WHEEL.package}\nVersion: 9.9.9\n`,
  );
  put(
    join(tree, `${distribution}.dist-info/WHEEL`),
    'Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: false\nTag: cp311-cp311-manylinux2014_x86_64\n',
  );
  const source = put(join(folder, 'library.cc'), LIBRARY);
  for (const name of FAKE_WHEEL.libraries.filter((library) => library !== without)) {
    const soname = `-Wl,-soname,${name.split('/')[1]}`;
    execFileSync('g++', ['-shared', '-fPIC', soname, source, '-o', join(tree, name)]);
  }
  const wheelPath = join(links, `${distribution}-cp311-cp311-manylinux2014_x86_64.whl`);
  execFileSync('python3', ['-c', PACK, tree, wheelPath, distribution, damaged]);
  return {
    links,
    wheelPath,
    addonSources: [put(join(folder, 'addon.cc'), addonSource('TF_Version()'))],
    statisticsSource: put(join(folder, 'statistics.cc'), addonSource('MEMPROOF_TENSORFLOW_VERSION', 'compiledFor')),
  };
}
