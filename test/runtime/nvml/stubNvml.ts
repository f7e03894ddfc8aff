/** A library that answers as NVML would, from a script: nothing here says what a real driver does. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';

/**
 * `init CODE`, `driver VERSION`, `gpu UUID NAME` (in the order of the indices), `used BYTES`, `process PID BYTES` (`self` for this process,
 * `unavailable` for no number), `list CODE` where the list of processes fails, `mig ON PENDING` and `ecc ON PENDING` (0 or 1),
 * `uncorrected COUNT`: the GPU lacks those of the last three that are not there.
 */
export type Answers = readonly string[];

export const TWO_GPUS: Answers = ['driver 550.54.14', 'gpu GPU-aa11 Example A', 'gpu GPU-bb22 Example B', 'used 5000'];

const compiled = new URL('../../../dist/', import.meta.url).href;

/** Compiles the stub for the tests of a file. `onStub` runs lines on the compiled code in a process of its own. */
export function useStubNvml() {
  const state = { folder: '', library: '' };
  beforeAll(() => {
    state.folder = mkdtempSync(join(tmpdir(), 'memproof-nvml-'));
    state.library = join(state.folder, 'libnvidia-ml.so.1');
    execFileSync('g++', ['-shared', '-fPIC', '-O1', '-o', state.library, new URL('stub.cc', import.meta.url).pathname]);
  });
  afterAll(() => rmSync(state.folder, { recursive: true, force: true }));

  /**
   * `script` sees `library`, `load` for compiled modules, `script(lines)` to change what the stub answers, `pollsPass()` to wait, without
   * letting the event loop go on, until the list of processes was read a few times more, and calls `answer(value)` once.
   */
  function onStub<Answer>(script: string, answers: Answers, environment: Record<string, string> = {}): Answer {
    const file = join(state.folder, 'answers');
    writeFileSync(file, answers.join('\n'));
    const code = `
      import { renameSync, writeFileSync } from 'node:fs';
      import { createRequire } from 'node:module';
      const load = (path) => import(new URL(path, '${compiled}'));
      const library = '${state.library}';
      const answer = (value) => console.log(JSON.stringify(value));
      const script = (...lines) => {
        writeFileSync('${file}.new', lines.join('\\n'));
        renameSync('${file}.new', '${file}');
      };
      const pollsPass = () => {
        const listings = createRequire('${compiled}')('koffi').load(library).func('stubListings', 'int', []);
        for (const before = listings(); listings() < before + 3; ) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
      };
      ${script}`;
    const { CUDA_VISIBLE_DEVICES: _, ...inherited } = process.env;
    const env = { ...inherited, ...environment, STUB_NVML: file };
    const options = { env, encoding: 'utf8', timeout: 30_000 } as const;
    const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', code], options);
    if (status !== 0) throw new Error(stderr);
    return JSON.parse(stdout);
  }
  return { onStub, folder: () => state.folder };
}
