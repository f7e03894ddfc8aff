/**
 * Environments for the doctor: an installation for a GPU made of small real libraries, and a driver that answers from a script. pip and the
 * wheels are left out; names, places and the manifest are those of the set-up.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll } from 'vitest';
import type { Diagnosis } from '../../../src/runtime/doctor/index.ts';
import { ADDON_PATH, statisticsPaths } from '../../../src/runtime/installation.ts';
import { compileAddon } from '../../../src/runtime/setup/compile.ts';
import { writeManifest } from '../../../src/runtime/setup/place.ts';
import { TENSORFLOW_GPU } from '../../../src/runtime/setup/wheel.ts';
import { type Answers, TWO_GPUS } from '../nvml/stubNvml.ts';
import { buildLibrary, put } from '../setup/packWheel.ts';

const ENTRY = fileURLToPath(new URL('../../../dist/cli/main.js', import.meta.url));
const source = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

const NAME = `tensorflow-${TENSORFLOW_GPU.version}-gpu`;

/** Where there is one, nothing can be shown of a machine without. */
export const HAS_REAL_DRIVER = existsSync('/proc/driver/nvidia/version');

export interface Ended {
  readonly exitCode: number | null;
  readonly diagnosis: Diagnosis;
  /** As it stands on the screen, if that was asked for. */
  readonly stdout: string;
}

export interface Asked {
  readonly device?: 'auto' | 'cpu' | 'gpu';
  readonly environment?: Readonly<Record<string, string>>;
  readonly nvml?: Answers;
  readonly json?: boolean;
}

/** A copy of the environment that a test may break. */
export class Prepared {
  readonly runtime: string;
  readonly installation: string;
  /** Holds libcuda.so.1 and libnvidia-ml.so.1. */
  readonly driver: string;

  constructor(root: string) {
    [this.runtime, this.driver] = [join(root, 'runtime'), join(root, 'driver')];
    this.installation = join(this.runtime, NAME);
  }

  /** A file of the installation, or a new one. */
  path(name: string): string {
    return join(this.installation, name);
  }

  remove(name: string): void {
    rmSync(this.path(name), { recursive: true });
  }

  /** Compiled from `code` in place of a file of the installation. The manifest is made to agree, as nobody would notice otherwise. */
  exchange(name: string, code: string, ...flags: string[]): void {
    buildLibrary(put(join(dirname(this.runtime), 'exchanged.cc'), code), this.path(name), basename(name), ...flags);
    writeManifest(this.installation, TENSORFLOW_GPU, []);
  }

  /** That leads to all of this; `answers` are NVML's. */
  environment(answers: Answers): Record<string, string> {
    const script = join(this.driver, 'answers');
    writeFileSync(script, answers.join('\n'));
    return { MEMPROOF_RUNTIME_DIR: this.runtime, LD_LIBRARY_PATH: this.driver, STUB_NVML: script };
  }

  doctor({ device = 'gpu', environment = {}, nvml = TWO_GPUS, json = true }: Asked = {}): Ended {
    const { CUDA_VISIBLE_DEVICES: _, LD_LIBRARY_PATH: __, ...inherited } = process.env;
    const env = {
      ...Object.fromEntries(Object.entries(inherited).filter(([name]) => !name.startsWith('TF_'))),
      ...this.environment(nvml),
      ...environment,
    };
    const args = [ENTRY, 'doctor', '--device', device, ...(json ? ['--json'] : [])];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { env, encoding: 'utf8', timeout: 60_000 });
    if (stdout === '') throw new Error(stderr);
    return { exitCode: status, stdout, diagnosis: json ? JSON.parse(stdout) : null };
  }
}

/** Compiles everything once for the tests of a file; each test takes a copy of its own. */
export function usePrepared({ installation = true } = {}): () => Prepared {
  let base = '';
  let count = 0;
  beforeAll(async () => {
    base = mkdtempSync(join(tmpdir(), 'memproof-doctor-'));
    const template = new Prepared(join(base, 'template'));
    buildDriver(template);
    if (installation) await buildInstallation(template);
  });
  afterAll(() => rmSync(base, { recursive: true, force: true }));
  return () => {
    const root = join(base, String(count++));
    cpSync(join(base, 'template'), root, { recursive: true });
    return new Prepared(root);
  };
}

function buildDriver({ driver }: Prepared): void {
  mkdirSync(driver, { recursive: true });
  for (const [name, stub] of [
    ['libcuda.so.1', '../cuda/stub.cc'],
    ['libnvidia-ml.so.1', '../nvml/stub.cc'],
  ] as const)
    execFileSync('g++', ['-shared', '-fPIC', '-O1', '-o', join(driver, name), source(stub)]);
}

async function buildInstallation({ installation, driver }: Prepared): Promise<void> {
  const lib = join(installation, 'deps/lib');
  const parts = ['cuda_runtime', 'cublas', 'cudnn', 'cufft', 'cusolver', 'cusparse'];
  const runPath = `-Wl,-rpath,${['$ORIGIN/', ...parts.map((part) => `$ORIGIN/../nvidia/${part}/lib`)].join(':')}`;
  const libraries = TENSORFLOW_GPU.libraries.map((name) => join(lib, basename(name)));
  for (const path of libraries) buildLibrary(source('stub/tensorflow.cc'), path, basename(path), runPath, '-ldl');
  const empty = join(driver, 'empty.so');
  buildLibrary(put(join(driver, 'empty.cc'), ''), empty, 'empty.so');
  for (const name of TENSORFLOW_GPU.cuda.flatMap((cuda) => cuda.libraries)) {
    const path = join(installation, 'deps', name);
    mkdirSync(dirname(path), { recursive: true });
    copyFileSync(empty, path); // the loader goes by the file's name; nothing in it is ever called
  }
  const addon = { includes: [], flags: [], libraries, output: join(installation, ADDON_PATH) };
  await compileAddon({ ...addon, sources: [source('stub/addon.cc')] });
  const { version: tensorflowVersion, build: kind } = TENSORFLOW_GPU;
  const place = { folder: installation, addonPath: addon.output, tensorflowVersion, build: kind };
  const output = statisticsPaths(place).addon;
  await compileAddon({ ...addon, libraries: [], sources: [source('stub/statistics.cc')], output });
  writeManifest(installation, TENSORFLOW_GPU, []);
}
