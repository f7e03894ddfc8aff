/** CUDA's driver as a library with exact books, for lines that run in a process of their own: nothing here says what a real driver does. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';

const compiled = new URL('../../../dist/', import.meta.url).href;

/** Compiles the stub for the tests of a file. */
export function useStubCuda() {
  const state = { folder: '', library: '' };
  beforeAll(() => {
    state.folder = mkdtempSync(join(tmpdir(), 'memproof-cuda-'));
    state.library = join(state.folder, 'libcuda.so.1');
    execFileSync('g++', ['-shared', '-fPIC', '-O1', '-o', state.library, new URL('stub.cc', import.meta.url).pathname]);
  });
  afterAll(() => rmSync(state.folder, { recursive: true, force: true }));

  /** `script` sees `library`, `load` for compiled modules, `allocate(bytes)` and `free(bytes)`, and calls `answer(value)` once. */
  function onStub<Answer>(script: string, environment: Record<string, string> = {}): Answer {
    const code = `
      import { createRequire } from 'node:module';
      const load = (path) => import(new URL(path, '${compiled}'));
      const library = '${state.library}';
      const answer = (value) => console.log(JSON.stringify(value));
      const stub = createRequire('${compiled}')('koffi').load(library);
      const [allocate, free] = ['stubAllocate', 'stubFree'].map((name) => stub.func(name, 'void', ['uint64_t']));
      const contexts = stub.func('stubContexts', 'int', []);
      ${script}`;
    const { CUDA_VISIBLE_DEVICES: _, ...inherited } = process.env;
    const options = { env: { ...inherited, ...environment }, encoding: 'utf8', timeout: 30_000 } as const;
    const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', code], options);
    if (status !== 0) throw new Error(stderr);
    return JSON.parse(stdout);
  }
  return { onStub };
}
