/** The whole set-up, with a small wheel: pip, the compiler and the loader are the real ones. */
import { type ChildProcess, spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { bootstrap } from '../../../scripts/bootstrap.mjs';
import { packageRoot } from '../../../src/runtime/folder.ts';
import {
  examineInstallation,
  examineStatistics,
  findInstallation,
  type Installation,
  requireInstallation,
} from '../../../src/runtime/installation.ts';
import { setUpRuntime } from '../../../src/runtime/setup/index.ts';
import { loadedTensorflowVersion } from '../../../src/runtime/setup/smoke.ts';
import { addonSource, FAKE_WHEEL, type FakeSource, makeFakeWheel } from './fakeWheel.ts';

const base = mkdtempSync(join(tmpdir(), 'memproof-setup-'));
let source: FakeSource;
let runtime: string;
let said: string[];

beforeAll(() => {
  source = makeFakeWheel(join(base, 'source'));
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(base, { recursive: true, force: true });
});
beforeEach(() => {
  vi.unstubAllEnvs();
  said = [];
  runtime = mkdtempSync(join(base, 'runtime-'));
  vi.stubEnv('MEMPROOF_RUNTIME_DIR', runtime);
  vi.stubEnv('PIP_FIND_LINKS', source.links);
  vi.stubEnv('PIP_NO_INDEX', '1');
});

const say = (line: string): void => void said.push(line);
const setUp = (changes = {}) => setUpRuntime({ say, wheel: FAKE_WHEEL, ...ownSources(), ...changes });
const ownSources = () => ({ addonSources: source.addonSources, statisticsSource: source.statisticsSource });

describe('setUpRuntime', () => {
  it('makes an installation that loads, says each step with its time, and leaves nothing else; notices damage', async () => {
    expect(findInstallation(FAKE_WHEEL)).toBeNull();
    const installation = await setUp();
    expect(installation).toEqual({
      folder: join(runtime, 'tensorflow-9.9.9-cpu'),
      addonPath: join(runtime, 'tensorflow-9.9.9-cpu/lib/napi-v8/tfjs_binding.node'),
      tensorflowVersion: '9.9.9',
      build: 'cpu',
    });
    expect(requireInstallation(FAKE_WHEEL)).toEqual(installation);
    expect(await loadedTensorflowVersion(installation.addonPath)).toBe('9.9.9');
    expect(existsSync(join(installation.folder, 'deps/include/tensorflow/c/c_api.h'))).toBe(true);
    expect(readdirSync(runtime)).toEqual(['tensorflow-9.9.9-cpu']);
    expect(said).toHaveLength(6);
    for (const line of said.slice(1)) expect(line).toMatch(/ … \d+\.\d s$/);

    said = [];
    await setUp();
    expect(said).toEqual([]); // nothing to do the second time

    truncateSync(installation.addonPath, 100);
    expect(examineInstallation(FAKE_WHEEL).problem).toMatch(/has 100 B instead of/);
    rmSync(installation.addonPath);
    expect(examineInstallation(FAKE_WHEEL).problem).toMatch(/tfjs_binding.node is missing/);
  });

  it('replaces an installation of another recipe', async () => {
    const folder = join(runtime, 'tensorflow-9.9.9-cpu');
    mkdirSync(folder);
    writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ recipeVersion: 0, files: [] }));
    expect(examineInstallation(FAKE_WHEEL).problem).toMatch(/recipeVersion 0/);
    const { addonPath } = await setUp();
    expect(await loadedTensorflowVersion(addonPath)).toBe('9.9.9');
    expect(readdirSync(runtime)).toEqual(['tensorflow-9.9.9-cpu']);
  });

  it('keeps nothing of a failed set-up', async () => {
    const wrong = { ...FAKE_WHEEL, version: '1.0.0' };
    await expect(setUp({ wheel: wrong })).rejects.toMatchObject({
      code: 'E_DOWNLOAD',
      message: expect.stringContaining('memproof-fake-tensorflow==1.0.0'),
    });
    expect(readdirSync(runtime)).toEqual([]);
  });

  it('refuses a library that is not the version asked for', async () => {
    const other = join(base, 'other.cc');
    writeFileSync(other, addonSource('"0.0.0"'));
    await expect(setUp({ addonSources: [other] })).rejects.toMatchObject({
      code: 'E_RUNTIME_LOAD',
      message: expect.stringContaining('version 0.0.0; wanted is 9.9.9'),
    });
    expect(readdirSync(runtime)).toEqual(['downloads']); // nothing is wrong with the download
  });

  it('says which folder cannot be written', async () => {
    writeFileSync(join(runtime, 'file'), '');
    vi.stubEnv('MEMPROOF_RUNTIME_DIR', join(runtime, 'file/below'));
    await expect(setUp()).rejects.toMatchObject({ code: 'E_RUNTIME_UNWRITABLE', exitCode: 3 });
    vi.stubEnv('MEMPROOF_RUNTIME_DIR', '/proc/memproof'); // refuses new folders in a way that Node's recursive mkdir never ends
    await expect(setUp()).rejects.toMatchObject({ code: 'E_RUNTIME_UNWRITABLE' });
  });
});

describe('the reader of allocator statistics', () => {
  const examine = (installation: Installation, statisticsSource = source.statisticsSource) =>
    examineStatistics(installation, statisticsSource);

  it('is made anew when its source changes, and nothing else is', async () => {
    const installation = await setUp();
    expect(examine(installation)).toEqual({ addonPath: expect.stringMatching(/statistics-[0-9a-f]{12}/) });
    const changed = join(base, 'changed.cc');
    writeFileSync(changed, `${readFileSync(source.statisticsSource, 'utf8')}// changed\n`);
    expect(examine(installation, changed)).toEqual({ reason: expect.stringContaining('run `memproof setup`') });
    said = [];
    await setUp({ statisticsSource: changed });
    expect(said).toEqual([expect.stringMatching(/^compiling the reader of allocator statistics … \d+\.\d s$/)]);
    expect(examine(installation, changed)).toHaveProperty('addonPath');
    expect(examine(installation)).toHaveProperty('addonPath'); // another clone may use it
    expect(readdirSync(runtime)).toEqual(['tensorflow-9.9.9-cpu']);
  });

  it('may fail: that is said, the reason stays, and the next set-up tries again', async () => {
    const broken = join(base, 'broken.cc');
    writeFileSync(broken, 'this is not C++;');
    const installation = await setUp({ statisticsSource: broken });
    expect(said.at(-1)).toContain('the ledger `allocated` will be unavailable');
    expect(await loadedTensorflowVersion(installation.addonPath)).toBe('9.9.9');
    const { reason } = examine(installation, broken) as { reason: string };
    expect(reason).toMatch(/could not be built: .*this/);
    expect(reason).not.toContain(base);
    vi.stubEnv('CXX', 'no-such-compiler');
    said = [];
    await setUp({ statisticsSource: broken });
    expect(said).toEqual([expect.stringContaining('no-such-compiler')]);
    expect(readdirSync(runtime)).toEqual(['tensorflow-9.9.9-cpu']);
  });

  it('that needs TensorFlow to load is refused', async () => {
    const leaning = join(base, 'leaning.cc');
    writeFileSync(leaning, addonSource('TF_Version()', 'compiledFor'));
    const installation = await setUp({ statisticsSource: leaning });
    expect(examine(installation, leaning)).toEqual({ reason: expect.stringContaining('undefined symbol: TF_Version') });
  });
});

describe('set-ups in several processes', () => {
  beforeAll(() => bootstrap({ only: ['packages', 'build'] }));

  /** The built set-up in a process of its own; `onLine` hears what it says. */
  function startProcess(onLine: (line: string, child: ChildProcess) => void = () => {}): Promise<string> {
    const entry = pathToFileURL(join(packageRoot(), 'dist/runtime/setup/index.js')).href;
    const options = JSON.stringify({ wheel: FAKE_WHEEL, ...ownSources() });
    const script = `const { setUpRuntime } = await import('${entry}');
      const { folder } = await setUpRuntime({ say: (line) => console.log(line), ...${options} });
      console.log('ready ' + folder);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    return new Promise((resolve) => {
      let output = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        for (const line of text.trimEnd().split('\n')) onLine(line, child);
      });
      child.on('close', () => resolve(output));
    });
  }

  it('survives kill -9 within every step', async () => {
    for (const step of ['setting up', 'downloading', 'unpacking', 'compiling the addon', 'loading']) {
      await startProcess(async (line, child) => {
        if (!line.startsWith(step)) return;
        if (step !== 'loading') await setTimeout(30); // into the step that follows
        child.kill('SIGKILL');
      });
      const installation = findInstallation(FAKE_WHEEL);
      if (installation !== null) expect(await loadedTensorflowVersion(installation.addonPath)).toBe('9.9.9');
      else expect(readdirSync(runtime).some((name) => name.startsWith('tmp-'))).toBe(true);
    }
    const installation = await setUp();
    expect(await loadedTensorflowVersion(installation.addonPath)).toBe('9.9.9');
    expect(examineStatistics(installation, source.statisticsSource)).toHaveProperty('addonPath');
    expect(readdirSync(runtime)).toEqual(['tensorflow-9.9.9-cpu']);
  });

  it('two at once end with one installation', async () => {
    const outputs = await Promise.all([startProcess(), startProcess()]);
    for (const output of outputs) expect(output).toContain(`ready ${join(runtime, 'tensorflow-9.9.9-cpu')}\n`);
    expect(readdirSync(runtime)).toEqual(['tensorflow-9.9.9-cpu']);
    expect(findInstallation(FAKE_WHEEL)).not.toBeNull();
  });
});
