/**
 * Every finding that an environment can provoke, provoked: real libraries that are missing, wrong or broken, found by the loader as they
 * would be, and drivers that answer from a script. What a real driver and a real GPU say is not shown here.
 */
import { copyFileSync, mkdirSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../src/runtime/doctor/finding.ts';
import type { Diagnosis } from '../../../src/runtime/doctor/index.ts';
import { TWO_GPUS } from '../nvml/stubNvml.ts';
import { type Asked, HAS_REAL_DRIVER, type Prepared, usePrepared } from './preparedRuntime.ts';

const fresh = usePrepared();

const SONAMES = [
  'cudart.so.12',
  'cublas.so.12',
  'cublasLt.so.12',
  'cufft.so.11',
  'cusolver.so.11',
  'cusparse.so.12',
  'cudnn.so.9',
];

const find = ({ findings }: Diagnosis, id: string): Finding => {
  const found = findings.find((finding) => finding.id === id);
  if (found === undefined) throw new Error(`no finding ${id} among ${findings.map((finding) => finding.id).join(' ')}`);
  return found;
};
const ids = ({ findings }: Diagnosis, status: Finding['status']): string[] =>
  findings.filter((finding) => finding.status === status).map(({ id }) => id);
/** Machines with a GPU have device nodes; these have not, and a Hopper's kernels are compiled when they are first used. */
const ALWAYS = ['device-nodes', 'architecture'];

describe('a GPU that is fit', () => {
  it('is fit, with all that is known of it', () => {
    const { exitCode, diagnosis } = fresh().doctor();
    expect(diagnosis).toMatchObject({ device: 'gpu', usable: true, headline: 'fit for gpu' });
    expect(exitCode).toBe(0);
    expect(ids(diagnosis, 'fatal')).toEqual([]);
    expect(ids(diagnosis, 'skipped')).toEqual([]);
    expect(ids(diagnosis, 'warning').filter((id) => !ALWAYS.includes(id))).toEqual([]);
    for (const name of SONAMES) expect(find(diagnosis, `lib${name}`).fact).toMatch(/deps\/nvidia\/\w+\/lib\/lib\S+\.$/);
    expect(find(diagnosis, 'driver').fact).toBe('Driver 550.54.14.');
    expect(find(diagnosis, 'cuda-start').fact).toMatch(/libcuda\.so\.1\); the driver knows CUDA 12\.4\.$/);
    expect(find(diagnosis, 'gpu').fact).toBe('Example A, compute capability 9.0, 1024.0 GiB.');
    expect(find(diagnosis, 'visible-devices').fact).toContain('the first GPU of 2');
    expect(find(diagnosis, 'tensorflow-device').fact).toBe('TensorFlow uses the gpu (Example A).');
    expect(find(diagnosis, 'tensorflow-start')).not.toHaveProperty('cause'); // "already been registered" is no news
    expect(find(diagnosis, 'allocator-bfc').fact).toContain('GPU_0_bfc by 1048576 B');
    expect(find(diagnosis, 'allocator-async').fact).toContain('gpu_async_0 by 1048576 B');
    expect(find(diagnosis, 'memory-pool').fact).toContain("CUDA's memory pool by 1048576 B");
  });

  it.skipIf(HAS_REAL_DRIVER)('says the headline first on the screen, and the same remedy once', () => {
    const prepared = fresh();
    rmSync(prepared.driver, { recursive: true });
    mkdirSync(prepared.driver);
    const { stdout } = prepared.doctor({ json: false });
    expect(stdout.split('\n')[0]).toMatch(/^not fit for gpu: There is no .* → Install NVIDIA's driver/);
    expect(stdout.match(/→ as above/g)?.length).toBeGreaterThan(0);
  });
});

interface Case {
  readonly of: string;
  readonly prepare?: (prepared: Prepared) => Asked | undefined;
  readonly asked?: Asked;
  readonly id: string;
  readonly status: Finding['status'];
  /** Together: the fact, the cause and the remedy. */
  readonly says: RegExp;
  /** Findings that are not made without it. */
  readonly skipped?: readonly string[];
  /** Later findings that are made all the same. */
  readonly still?: readonly string[];
}

const failing = (failure: string): Asked => ({ environment: { STUB_CUDA_FAILURE: failure } });
const stub = (what: string): Asked => ({ environment: { STUB_TENSORFLOW: what } });

const CASES: readonly Case[] = [
  {
    of: 'nothing is set up',
    prepare: (prepared) => void rmSync(prepared.installation, { recursive: true }),
    ...{ id: 'installation', status: 'fatal' },
    says: /is not set up in .*Run `memproof setup --device gpu`/s,
    skipped: ['library', 'statistics', 'cuda-libraries', 'tensorflow-start', 'allocator-bfc'],
    still: ['driver', 'gpu', 'ecc'],
  },
  {
    of: 'a file of another version',
    prepare: (prepared) => void truncateSync(prepared.path('deps/nvidia/cufft/lib/libcufft.so.11'), 20),
    ...{ id: 'installation', status: 'fatal', says: /libcufft\.so\.11 has 20 B instead of \d+ B/ },
    still: ['library', 'libcublas.so.12', 'gpu'],
  },
  {
    of: 'a library of CUDA is missing',
    prepare: (prepared) => void prepared.remove('deps/nvidia/cufft/lib/libcufft.so.11'),
    ...{ id: 'libcufft.so.11', status: 'fatal' },
    says: /libcufft\.so\.11 is missing: libcufft\.so\.11: cannot open shared object file: No such file or directory\..*uses no GPU at all.*memproof setup --device gpu/s,
    still: ['libcublas.so.12', 'libcudnn.so.9', 'gpu'],
  },
  {
    of: 'CUDA 13 instead of 12',
    prepare: (prepared) => {
      prepared.remove('deps/nvidia/cublas');
      const toolkit = join(prepared.runtime, 'cuda-13/lib64');
      mkdirSync(toolkit, { recursive: true });
      copyFileSync(join(prepared.driver, 'empty.so'), join(toolkit, 'libcublas.so.13'));
      return { environment: { LD_LIBRARY_PATH: `${prepared.driver}:${toolkit}` } };
    },
    ...{ id: 'libcublas.so.12', status: 'fatal' },
    says: /Found \S+cuda-13\/lib64\/libcublas\.so\.13, but libcublas\.so\.12 is needed/,
  },
  {
    of: 'LD_LIBRARY_PATH with another CUDA 12',
    prepare: (prepared) => {
      const stale = join(prepared.runtime, 'cuda-12.2/lib64');
      mkdirSync(stale, { recursive: true });
      copyFileSync(join(prepared.driver, 'empty.so'), join(stale, 'libcublas.so.12'));
      return { environment: { LD_LIBRARY_PATH: `${prepared.driver}:${stale}` } };
    },
    ...{ id: 'library-path', status: 'warning' },
    says: /libcublas\.so\.12 \(\S+cuda-12\.2\/lib64\)\..*LD_LIBRARY_PATH is .*versions are mixed.*Unset LD_LIBRARY_PATH/s,
  },
  {
    of: 'LD_LIBRARY_PATH with a library that lacks another',
    prepare: (prepared) => {
      const needed = prepared.path('libneeded.so.1');
      prepared.exchange('libneeded.so.1', '');
      mkdirSync(prepared.path('stale'));
      prepared.exchange('stale/libcublas.so.12', '', '-Wl,--no-as-needed', needed);
      rmSync(needed);
      return { environment: { LD_LIBRARY_PATH: `${prepared.path('stale')}:${prepared.driver}` } };
    },
    ...{ id: 'libcublas.so.12', status: 'fatal' },
    says: /libcublas\.so\.12 does not open: libneeded\.so\.1: cannot open.*LD_LIBRARY_PATH leads to \S+stale\/libcublas\.so\.12 first.*Unset LD_LIBRARY_PATH/s,
  },
  {
    of: 'a part of cuDNN that lacks a library',
    prepare: (prepared) => {
      const needed = prepared.path('libneeded.so.1');
      prepared.exchange('libneeded.so.1', '');
      prepared.exchange('deps/nvidia/cudnn/lib/libcudnn_graph.so.9', '', '-Wl,--no-as-needed', needed);
      rmSync(needed);
    },
    ...{
      id: 'cudnn-parts',
      status: 'warning',
      says: /libneeded\.so\.1.*cannot open shared object file.*first operation that uses cuDNN/s,
    },
  },
  {
    of: 'a library of another TensorFlow',
    prepare: (prepared) =>
      void prepared.exchange(
        'deps/lib/libtensorflow_cc.so.2',
        `extern "C" { const char* TF_Version() { return "2.17.0"; }
        bool stubUsesGpu() { return false; } bool stubWrong() { return false; } void stubTake(long) {} void stubGive(long) {} }`,
      ),
    ...{
      id: 'library',
      status: 'fatal',
      says: /says that it is 2\.17\.0; this installation is for 2\.18\.1.*exchanged after the set-up/s,
    },
    skipped: ['tensorflow-start'],
  },
  {
    of: 'an addon for functions that its TensorFlow has not',
    prepare: (prepared) =>
      void prepared.exchange(
        'deps/lib/libtensorflow_cc.so.2',
        'extern "C" const char* TF_Version() { return "2.18.1"; }',
      ),
    ...{ id: 'tensorflow-start', status: 'fatal' },
    says: /undefined symbol: stubUsesGpu.*The addon was built for another TensorFlow/s,
  },
  {
    of: 'an addon for the stock libtensorflow.so.2',
    prepare: (prepared) => {
      const stock = prepared.path('stock/libtensorflow.so.2');
      mkdirSync(prepared.path('stock'));
      prepared.exchange('stock/libtensorflow.so.2', '');
      prepared.exchange('lib/napi-v8/tfjs_binding.node', '', '-Wl,--no-as-needed', stock);
      rmSync(stock);
    },
    ...{ id: 'library', status: 'fatal' },
    says: /libtensorflow\.so\.2: cannot open shared object file.*stock libtensorflow, not for the library of the Python wheel.*Remove \S+ and run/s,
  },
  {
    of: 'a library that is no library',
    prepare: (prepared) => {
      writeFileSync(prepared.path('deps/lib/libtensorflow_cc.so.2'), 'not a library at all');
    },
    ...{ id: 'library', status: 'fatal', says: /invalid ELF header|file too short/ },
    still: ['libcublas.so.12', 'gpu'],
  },
  {
    of: 'no reader of statistics',
    prepare: (prepared) => {
      const addon = readerOf(prepared);
      rmSync(join(addon, 'allocator_statistics.node'));
      writeFileSync(join(addon, 'failure.txt'), 'x.cc:1: error: no such header\n');
    },
    ...{ id: 'statistics', status: 'warning', says: /no ledger `allocated`.*no such header.*See \S+failure\.txt/s },
    still: ['tensorflow-start'],
  },
  {
    of: 'a reader of statistics for another TensorFlow',
    prepare: (prepared) => {
      const addon = join(readerOf(prepared), 'allocator_statistics.node');
      copyFileSync(prepared.path('lib/napi-v8/tfjs_binding.node'), addon); // which says nothing of what it was compiled for
    },
    ...{ id: 'statistics', status: 'warning', says: /no ledger `allocated`.*Remove \S+allocator_statistics\.node/s },
  },
  {
    of: 'no driver at all',
    prepare: (prepared) => {
      rmSync(prepared.driver, { recursive: true });
      mkdirSync(prepared.driver);
    },
    ...{
      id: 'libcuda',
      status: 'fatal',
      says: /no libcuda\.so\.1\..*comes with NVIDIA's driver.*docker run --gpus all/s,
    },
    skipped: ['driver', 'cuda-start', 'gpu', 'gpu-memory', 'architecture', 'allocator-bfc', 'mig'],
    still: ['libcublas.so.12', 'tensorflow-start', 'tensorflow-values'],
  },
  {
    of: 'a libcuda that is no library',
    prepare: (prepared) => void writeFileSync(join(prepared.driver, 'libcuda.so.1'), 'not a library at all'),
    ...{
      id: 'cuda-start',
      status: 'fatal',
      says: /does not answer: .*libcuda\.so\.1: (invalid ELF header|file too short)/,
    },
    still: ['tensorflow-start'],
  },
  {
    of: 'no NVML',
    prepare: (prepared) => void rmSync(join(prepared.driver, 'libnvidia-ml.so.1')),
    ...{ id: 'libnvidia-ml', status: 'warning', says: /no libnvidia-ml\.so\.1\. There is no ledger `process`/ },
    skipped: ['gpu-memory', 'other-processes', 'mig', 'ecc'],
  },
  {
    of: 'an old driver',
    ...{ asked: { nvml: ['driver 470.57.02', ...TWO_GPUS.slice(1)] }, id: 'driver', status: 'fatal' },
    says: /Driver 470\.57\.02\..*CUDA 12 needs 525\.60\.13.*newer driver/s,
    still: ['gpu', 'tensorflow-start'],
  },
  {
    of: 'an unknown error',
    asked: failing('cuInit 999'),
    id: 'cuda-start',
    status: 'fatal',
    says: /CUDA_ERROR_UNKNOWN \(999\).*nvidia-uvm/s,
    still: ['tensorflow-start', 'libcublas.so.12'],
  },
  {
    of: 'TensorFlow that does not take the GPU',
    ...{
      asked: stub('silent-cpu'),
      id: 'tensorflow-device',
      status: 'fatal',
      says: /started for the gpu, but uses the cpu/,
    },
    skipped: ['allocator-bfc', 'allocator-async', 'memory-pool'],
  },
  {
    of: 'TensorFlow that dies',
    ...{
      asked: stub('dies'),
      id: 'tensorflow-start',
      status: 'fatal',
      says: /did not start: the process that asked died/,
    },
    skipped: ['tensorflow-device', 'tensorflow-values', 'allocator-bfc'],
  },
  {
    of: 'wrong values',
    ...{ asked: stub('wrong-values'), id: 'tensorflow-values', status: 'fatal' },
    says: /computes 19, 22, 43, 50 and 21, 24, 45, 52 instead of/,
  },
  {
    of: 'books that are not those of the tensor',
    ...{
      asked: stub('other-allocates'),
      id: 'allocator-bfc',
      status: 'warning',
      says: /by \d{7} B; BFC charges a chunk.*Do not trust the ledger/s,
    },
  },
  {
    of: 'no memory pools',
    ...{
      asked: stub('no-pools'),
      id: 'allocator-async',
      status: 'warning',
      says: /With cuda_malloc_async TensorFlow does not start/,
    },
    skipped: ['memory-pool'],
  },
  {
    of: 'a pool that cannot be read',
    ...{
      asked: failing('cuMemPoolGetAttribute 801'),
      id: 'memory-pool',
      status: 'warning',
      says: /cannot be read: cuMemPoolGetAttribute: CUDA_ERROR_NOT_SUPPORTED \(801\)/,
    },
  },
  {
    of: 'an allocator in the shell',
    asked: { environment: { TF_GPU_ALLOCATOR: 'cuda_malloc', TF_FORCE_GPU_ALLOW_GROWTH: 'false' } },
    ...{ id: 'allocator-variables', status: 'note' },
    says: /Not heard: TF_GPU_ALLOCATOR=cuda_malloc, TF_FORCE_GPU_ALLOW_GROWTH=false/,
    still: ['allocator-bfc'],
  },
  {
    of: 'Node that cannot be completed',
    prepare: (prepared) => {
      const preload = join(prepared.runtime, 'preload.cjs');
      writeFileSync(
        preload,
        `const util = require('node:util'); delete util.isNullOrUndefined; delete util.isArray; Object.preventExtensions(util);`,
      );
      return { environment: { NODE_OPTIONS: `--require ${preload}` } };
    },
    ...{ id: 'node-util', status: 'fatal' },
    says: /util\.isNullOrUndefined and util\.isArray, which tfjs calls, cannot be put back\..*not extensible.*NODE_OPTIONS/s,
    still: ['gpu', 'libcublas.so.12'],
  },
  {
    of: 'a runtime folder that is a file',
    prepare: (prepared) => {
      const file = join(prepared.runtime, 'file');
      writeFileSync(file, '');
      return { environment: { MEMPROOF_RUNTIME_DIR: file } };
    },
    ...{ id: 'runtime-folder', status: 'fatal', says: /is not a folder.*MEMPROOF_RUNTIME_DIR/s },
  },
  {
    of: 'a version that has no GPU build',
    prepare: (prepared) => void writeFileSync(join(prepared.runtime, 'selected-tensorflow'), '2.21.0\n'),
    ...{
      id: 'installation',
      status: 'fatal',
      says: /2\.21\.0.*cannot be set up for a gpu.*setup --tensorflow 2\.18\.1/s,
    },
    still: ['gpu', 'driver'],
  },
];

const readerOf = (prepared: Prepared): string => {
  const [name] = readdirSync(prepared.installation).filter((entry) => entry.startsWith('statistics-'));
  return prepared.path(name ?? '');
};

/** The dynamic linker's cache would lead to a driver that is installed. */
const ONLY_WITHOUT_DRIVER = ['no driver at all', 'no NVML'];

describe.each(CASES.filter(({ of }) => !HAS_REAL_DRIVER || !ONLY_WITHOUT_DRIVER.includes(of)))(
  '$of',
  ({ prepare, asked, id, status, says, skipped = [], still = [] }) => {
    it(`makes ${id} ${status}`, () => {
      const prepared = fresh();
      const { exitCode, diagnosis } = prepared.doctor(prepare?.(prepared) ?? asked);
      const found = find(diagnosis, id);
      expect(found.status).toBe(status);
      expect([found.fact, found.cause ?? '', found.remedy ?? ''].join('\n')).toMatch(says);
      for (const name of skipped) expect(find(diagnosis, name).status).toBe('skipped');
      for (const name of still) expect(find(diagnosis, name).status).not.toBe('skipped');
      expectConsistent(diagnosis, exitCode);
      if (status === 'fatal') expect(diagnosis.usable).toBe(false);
    });
  },
);

/** What holds of every diagnosis. */
function expectConsistent({ device, usable, headline, findings }: Diagnosis, exitCode: number | null): void {
  const [first] = findings.filter(({ status }) => status === 'fatal');
  expect(usable).toBe(first === undefined);
  expect(exitCode).toBe(usable ? 0 : 3);
  expect(headline).toBe(
    first === undefined ? `fit for ${device}` : `not fit for ${device}: ${first.fact} → ${first.remedy}`,
  );
  expect(new Set(findings.map(({ id }) => id)).size).toBe(findings.length);
  for (const { id, status, fact, remedy } of findings) {
    expect(fact).toMatch(/\.$/s);
    if (status === 'fatal' || status === 'warning') expect(remedy, id).not.toBeNull();
    if (status === 'ok' || status === 'skipped') expect(remedy, id).toBeNull();
  }
}

describe.skipIf(HAS_REAL_DRIVER)('asked for the CPU', () => {
  it('a GPU build is fit without any driver, and says what a GPU would need', () => {
    const prepared = fresh();
    rmSync(prepared.driver, { recursive: true });
    mkdirSync(prepared.driver);
    prepared.remove('lib/napi-v8/tfjs_binding.node');
    const broken = prepared.doctor({ device: 'cpu' });
    expect(broken.diagnosis.headline).toMatch(/^not fit for cpu: TensorFlow 2\.18\.1 \(cpu\) is not set up/);
    const { exitCode, diagnosis } = (() => {
      const whole = fresh();
      rmSync(whole.driver, { recursive: true });
      mkdirSync(whole.driver);
      return whole.doctor({ device: 'auto' });
    })();
    expect(diagnosis).toMatchObject({ device: 'cpu', usable: true, headline: 'fit for cpu' });
    expect(exitCode).toBe(0);
    expect(find(diagnosis, 'libcuda')).toMatchObject({ status: 'note', remedy: expect.stringContaining('driver') });
    expect(ids(diagnosis, 'note')).toEqual(['device-nodes', 'libcuda', 'libnvidia-ml']);
  });
});
