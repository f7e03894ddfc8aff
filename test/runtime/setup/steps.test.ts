/** The single steps of the set-up when something is wrong. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { compileAddon, compilerCommand } from '../../../src/runtime/setup/compile.ts';
import { extractWheel } from '../../../src/runtime/setup/extract.ts';
import { requirePip } from '../../../src/runtime/setup/pip.ts';
import { requireCompiler, requireDisk, requirePlatform } from '../../../src/runtime/setup/prerequisites.ts';
import { loadedTensorflowVersion } from '../../../src/runtime/setup/smoke.ts';
import { makeTemporaryFolder, removeLeftovers } from '../../../src/runtime/setup/temporary.ts';
import { FAKE_WHEEL, makeFakeWheel } from './fakeWheel.ts';

const base = mkdtempSync(join(tmpdir(), 'memproof-steps-'));
const wheelAt = (path: string) => ({ path, libraries: FAKE_WHEEL.libraries });
const newFolder = (): string => mkdtempSync(join(base, 'case-'));
afterAll(() => rmSync(base, { recursive: true, force: true }));
afterEach(() => vi.unstubAllEnvs());

describe('prerequisites', () => {
  it('refuses other platforms', () => {
    expect(() => requirePlatform('linux', 'x64')).not.toThrow();
    expect(() => requirePlatform('darwin', 'arm64')).toThrow('this is darwin-arm64');
    expect(() => requirePlatform('linux', 'arm64')).toThrow('this is linux-arm64');
  });

  it('says that there is no python3', async () => {
    vi.stubEnv('PATH', newFolder());
    await expect(requirePip()).rejects.toMatchObject({ code: 'E_PYTHON_MISSING', exitCode: 3 });
  });

  it.each([
    ['echo "/usr/bin/python3: No module named pip" >&2; exit 1', '/usr/bin/python3: No module named pip'],
    ['exit 7', 'it ended with status 7 and said nothing.'],
    ['kill -s KILL $$', 'it was ended by SIGKILL.'],
  ])('says why pip does not run: %s', async (script, why) => {
    const bin = newFolder();
    writeFileSync(join(bin, 'python3'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    vi.stubEnv('PATH', `${bin}:${process.env['PATH']}`);
    await expect(requirePip()).rejects.toThrow(`TensorFlow wheel: \`python3 -m pip\`: ${why}`);
  });

  it('honours CXX, with arguments, and says that there is no compiler', async () => {
    expect(compilerCommand()[0]).toBe(process.env['CXX'] ?? 'g++');
    vi.stubEnv('CXX', 'ccache  g++-12');
    expect(compilerCommand()).toEqual(['ccache', 'g++-12']);
    vi.stubEnv('CXX', 'no-such-compiler');
    await expect(requireCompiler()).rejects.toMatchObject({
      code: 'E_COMPILER_MISSING',
      message: expect.stringContaining('there is no no-such-compiler'),
    });
  });

  it('compares the free disk with what is needed', () => {
    expect(() => requireDisk(base, 1)).not.toThrow();
    expect(() => requireDisk(base, 1e18)).toThrow(/\d+ [MG]B are free, 1000000000.0 GB needed/);
  });
});

describe('extractWheel', () => {
  it('takes the libraries and headers and nothing else', async () => {
    const folder = newFolder();
    await extractWheel(wheelAt(makeFakeWheel(folder).wheelPath), join(folder, 'out'));
    const files = readdirSync(join(folder, 'out'), { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    expect(files.map(({ name }) => name).sort()).toEqual([
      'c_api.h',
      'libtensorflow_cc.so.2',
      'libtensorflow_framework.so.2',
    ]);
  });

  it('refuses a file that is not what RECORD says', async () => {
    const folder = newFolder();
    const damaged = 'tensorflow/include/tensorflow/c/c_api.h';
    const { wheelPath } = makeFakeWheel(folder, { damaged });
    await expect(extractWheel(wheelAt(wheelPath), join(folder, 'out'))).rejects.toMatchObject({
      code: 'E_WHEEL_DAMAGED',
      message: expect.stringContaining(damaged),
    });
  });

  it('refuses a wheel without one of the libraries', async () => {
    const folder = newFolder();
    const without = 'tensorflow/libtensorflow_framework.so.2';
    const { wheelPath } = makeFakeWheel(folder, { without });
    await expect(extractWheel(wheelAt(wheelPath), join(folder, 'out'))).rejects.toThrow(`does not list ${without}`);
  });

  it('refuses a wheel that was cut off', async () => {
    const folder = newFolder();
    const { wheelPath } = makeFakeWheel(folder);
    truncateSync(wheelPath, 2000);
    await expect(extractWheel(wheelAt(wheelPath), join(folder, 'out'))).rejects.toMatchObject({
      code: 'E_WHEEL_DAMAGED',
    });
  });
});

describe('compileAddon and loadedTensorflowVersion', () => {
  it("shows the compiler's words", async () => {
    const folder = newFolder();
    const source = join(folder, 'broken.cc');
    writeFileSync(source, 'this is not C++;');
    const output = join(folder, 'lib/broken.node');
    await expect(compileAddon({ sources: [source], includes: [], libraries: [], output })).rejects.toMatchObject({
      code: 'E_ADDON_BUILD',
      message: expect.stringContaining('broken.cc:1'),
    });
  });

  it("shows the loader's words", async () => {
    const path = join(newFolder(), 'absent.node');
    await expect(loadedTensorflowVersion(path)).rejects.toMatchObject({
      code: 'E_RUNTIME_LOAD',
      message: expect.stringContaining('cannot open shared object file'),
    });
  });
});

describe('temporary folders', () => {
  it('are removed when their process is gone, also if its pid belongs to another by now', () => {
    const parent = newFolder();
    const own = makeTemporaryFolder(parent);
    mkdirSync(join(parent, `tmp-${process.pid}-1-reused`));
    mkdirSync(join(parent, 'tmp-4194305-1-gone')); // above the largest pid of Linux, 2^22
    mkdirSync(join(parent, 'tensorflow-2.18.1-cpu'));
    removeLeftovers(parent);
    expect(existsSync(own)).toBe(true);
    expect(readdirSync(parent)).toHaveLength(2);
  });
});
