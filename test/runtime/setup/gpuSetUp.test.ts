/** The set-up for a GPU with small wheels: pip, the compiler, the loader and TensorFlow's way of finding libraries are the real ones. */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Installation } from '../../../src/runtime/installation.ts';
import { checkCudaLibraries } from '../../../src/runtime/loaderCheck.ts';
import { setUpRuntime } from '../../../src/runtime/setup/index.ts';
import { keepWheels } from '../../../src/runtime/setup/obtain.ts';
import { resumes } from '../../../src/runtime/setup/pip.ts';
import { type BrokenIndex, startIndex } from './brokenIndex.ts';
import { FAKE_GPU_WHEEL, FAKE_SONAMES, type FakeGpuSource, makeFakeGpuWheels } from './fakeGpuWheels.ts';

const base = mkdtempSync(join(tmpdir(), 'memproof-gpu-setup-'));
let source: FakeGpuSource;
let runtime: string;
let said: string[];

beforeAll(() => {
  source = makeFakeGpuWheels(join(base, 'source'), { paddingBytes: 2_000_000 });
});
afterAll(() => rmSync(base, { recursive: true, force: true }));
afterEach(() => vi.unstubAllEnvs());
beforeEach(() => {
  said = [];
  runtime = mkdtempSync(join(base, 'runtime-'));
  vi.stubEnv('MEMPROOF_RUNTIME_DIR', runtime);
  vi.stubEnv('PIP_NO_CACHE_DIR', '1'); // so that only our own shelf can spare a download
});

const say = (line: string): void => void said.push(line);
const setUp = (changes = {}): Promise<Installation> => {
  const { addonSources, statisticsSource } = source;
  return setUpRuntime({ say, wheel: FAKE_GPU_WHEEL, addonSources, statisticsSource, ...changes });
};

/** All CUDA libraries are found, in the installation itself. */
async function expectComplete({ folder }: Installation): Promise<void> {
  const checked = await checkCudaLibraries({ folder });
  expect(checked.map(({ soname }) => soname)).toEqual(FAKE_SONAMES);
  for (const { path, error } of checked) {
    expect(error).toBeNull();
    expect(path?.startsWith(join(folder, 'deps/nvidia'))).toBe(true);
  }
}

describe('setup --from a folder', () => {
  it('needs no pip and no network, takes the versions that METADATA pins, and nothing that nobody opens', async () => {
    vi.stubEnv('PIP_INDEX_URL', 'http://127.0.0.1:9/simple'); // nobody answers there
    const installation = await setUp({ from: source.links });
    await expectComplete(installation);
    expect(existsSync(join(installation.folder, 'deps/nvidia/cublas/lib/libfakeunused.so.12'))).toBe(false);
    const manifest = JSON.parse(readFileSync(join(installation.folder, 'manifest.json'), 'utf8'));
    expect(manifest.wheels).toEqual([
      'memproof-fake-tensorflow-gpu==9.9.9',
      'nvidia-fake-runtime-cu12==12.5.1',
      'nvidia-fake-blas-cu12==12.5.3.2',
    ]);
    expect(readdirSync(runtime)).toEqual(['tensorflow-9.9.9-gpu']);
    expect(said[0]).toMatch(/downloads 600 MB, needs 1 MB of disk meanwhile and 0 MB afterwards$/);
  });

  it('names all that is missing, and how to get it', async () => {
    const folder = join(base, 'half');
    mkdirSync(folder);
    await expect(setUp({ from: folder })).rejects.toMatchObject({
      code: 'E_WHEELS_ABSENT',
      exitCode: 3,
      message: expect.stringContaining('memproof-fake-tensorflow-gpu==9.9.9'),
      remedy: expect.stringContaining('memproof setup --device gpu --tensorflow 9.9.9 --download DIR'),
    });
    cpSync(source.wheelPaths[0] as string, join(folder, basename(source.wheelPaths[0] as string)));
    await expect(setUp({ from: folder })).rejects.toThrow(
      /nvidia-fake-runtime-cu12==12\.5\.1\n {2}- nvidia-fake-blas-cu12==12\.5\.3\.2$/,
    );
    expect(readdirSync(runtime)).toEqual([]);
  });
});

describe('setup over the network', () => {
  let index: BrokenIndex;
  beforeEach(async () => {
    // pip itself comes from the user's index, as it would.
    const pip = join(base, 'pip');
    if (!existsSync(pip)) execFileSync('python3', ['-m', 'pip', 'download', '-q', '--no-deps', '-d', pip, 'pip==25.3']);
    index = await startIndex(source.links, pip);
    vi.stubEnv('PIP_INDEX_URL', index.url);
  });
  afterEach(() => index.close());
  const requestsFor = (part: string) => index.served.filter(({ file }) => file.includes(part));

  it('a connection that breaks off is taken up where it broke', async () => {
    index.breakOnce((file) => file.startsWith('memproof_fake'));
    await expectComplete(await setUp());
    const ranges = requestsFor('memproof_fake').map(({ range }) => range);
    expect(ranges).toHaveLength(2);
    expect(Number(/^bytes=(\d+)-/.exec(ranges[1] ?? '')?.[1])).toBeGreaterThan(500_000);
  });

  it('a set-up that failed goes on with the next wheel, and leaves no download when it is complete', async () => {
    const missing = source.wheelPaths[2] as string;
    await index.close();
    const half = join(base, 'without-blas');
    cpSync(source.links, half, { recursive: true });
    rmSync(join(half, basename(missing)));
    index = await startIndex(half, join(base, 'pip'));
    vi.stubEnv('PIP_INDEX_URL', index.url);
    await expect(setUp()).rejects.toMatchObject({ code: 'E_DOWNLOAD' });
    expect(readdirSync(join(runtime, 'downloads'))).toHaveLength(2);

    await index.close();
    index = await startIndex(source.links, join(base, 'pip'));
    vi.stubEnv('PIP_INDEX_URL', index.url);
    said = [];
    await expectComplete(await setUp());
    expect(index.served.map(({ file }) => file).filter((file) => !file.startsWith('pip-'))).toEqual([
      basename(missing),
    ]);
    expect(said.filter((line) => line.endsWith('was downloaded before'))).toHaveLength(2);
    expect(readdirSync(runtime)).toEqual(['tensorflow-9.9.9-gpu']);
  });

  it.each([0, 2])('a kept download that turns out damaged is fetched anew: wheel %i', async (index) => {
    mkdirSync(join(runtime, 'downloads'));
    const name = basename(source.wheelPaths[index] as string);
    writeFileSync(join(runtime, 'downloads', name), 'not a wheel');
    await expect(setUp()).rejects.toMatchObject({ code: 'E_WHEEL_DAMAGED', message: expect.stringContaining(name) });
    await expectComplete(await setUp());
  });

  it('leaves on the shelf what another set-up waits for', async () => {
    mkdirSync(join(runtime, 'downloads'));
    const other = join(runtime, 'downloads/tensorflow_cpu-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl');
    writeFileSync(other, 'of another set-up');
    await setUp();
    expect(readdirSync(join(runtime, 'downloads'))).toEqual([basename(other)]);
  });

  it('--download brings all that --from needs', async () => {
    const carried = join(base, 'carried');
    mkdirSync(carried);
    await keepWheels(FAKE_GPU_WHEEL, carried, { say });
    expect(readdirSync(carried).sort()).toEqual(readdirSync(source.links).sort());
    expect(readdirSync(runtime)).toEqual([]);
    vi.stubEnv('PIP_INDEX_URL', 'http://127.0.0.1:9/simple');
    await expectComplete(await setUp({ from: carried }));
  });
});

it.each([
  ['23.2.1', false],
  ['25.1.1', false],
  ['25.2', true],
  ['25.3', true],
  ['26.0.1', true],
])('pip %s resumes: %s', (version, expected) => expect(resumes(version)).toBe(expected));
