/** What the doctor makes of a driver: a real library that answers from a script, asked in processes of their own. */
import { mkdirSync, rmSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { architectureFinding } from '../../../src/runtime/doctor/architecture.ts';
import { askDriver } from '../../../src/runtime/doctor/askDriver.ts';
import type { Finding } from '../../../src/runtime/doctor/finding.ts';
import { neighbourFindings } from '../../../src/runtime/doctor/neighbours.ts';
import { probe } from '../../../src/runtime/doctor/probe.ts';
import { type Answers, TWO_GPUS } from '../nvml/stubNvml.ts';
import { HAS_REAL_DRIVER, usePrepared } from './preparedRuntime.ts';

const fresh = usePrepared({ installation: false });
afterEach(() => vi.unstubAllEnvs());

interface Driver {
  readonly nvml?: Answers;
  readonly environment?: Readonly<Record<string, string>>;
}

async function findings({ nvml = TWO_GPUS, environment = {} }: Driver): Promise<Finding[]> {
  const prepared = fresh();
  vi.stubEnv('CUDA_VISIBLE_DEVICES', undefined);
  for (const [name, value] of Object.entries({ ...prepared.environment(nvml), ...environment }))
    vi.stubEnv(name, value);
  const driver = await askDriver();
  return [...driver.findings, architectureFinding('2.18.1', driver.cuda), ...neighbourFindings(driver.nvml)];
}

const failing = (failure: string): Driver => ({ environment: { STUB_CUDA_FAILURE: failure } });
const visible = (value: string): Driver => ({ environment: { CUDA_VISIBLE_DEVICES: value } });
const capability = (value: string): Driver => ({ environment: { STUB_CUDA_CAPABILITY: value } });
const nvml = (...lines: string[]): Driver => ({ nvml: [...TWO_GPUS, ...lines] });
const used = (bytes: number): Driver => ({ nvml: [...TWO_GPUS.slice(0, 3), `used ${bytes}`] });

type Case = readonly [of: string, Driver, id: string, Finding['status'], says: RegExp];

const CASES: readonly Case[] = [
  ['no device node, but a GPU', {}, 'device-nodes', 'warning', /no device node.*CUDA finds a GPU all the same/s],
  [
    'mismatch',
    nvml('init 18'),
    'libnvidia-ml',
    'warning',
    /Driver\/library version mismatch \(18\).*while the old one.*Restart/s,
  ],
  ['no kernel module', nvml('init 9'), 'libnvidia-ml', 'warning', /Driver Not Loaded \(9\).*modprobe nvidia/s],
  ['a lost GPU', nvml('list 15'), 'libnvidia-ml', 'warning', /GPU is lost \(15\).*fallen off the bus/s],
  ['no version', nvml('init 9'), 'driver', 'skipped', /neither NVML nor \/proc/],
  [
    'an old driver',
    { nvml: ['driver 470.57.02', ...TWO_GPUS.slice(1)] },
    'driver',
    'fatal',
    /470\.57\.02.*needs 525\.60\.13/s,
  ],
  ['the oldest driver', { nvml: ['driver 525.60.13', ...TWO_GPUS.slice(1)] }, 'driver', 'ok', /525\.60\.13/],
  [
    'no GPU',
    failing('cuInit 100'),
    'cuda-start',
    'fatal',
    /CUDA_ERROR_NO_DEVICE \(100\).*shows no GPU.*nvidia-smi -L/s,
  ],
  ['no device node', failing('cuInit 100'), 'device-nodes', 'fatal', /no device node/],
  ['another libcuda', failing('cuInit 803'), 'cuda-start', 'fatal', /SYSTEM_DRIVER_MISMATCH \(803\).*cuda\/compat/s],
  [
    'forward compatibility',
    failing('cuInit 804'),
    'cuda-start',
    'fatal',
    /COMPAT_NOT_SUPPORTED_ON_DEVICE \(804\).*cuda\/compat/s,
  ],
  ['no fabric', failing('cuInit 802'), 'cuda-start', 'fatal', /SYSTEM_NOT_READY \(802\).*fabricmanager/s],
  ['the library for linking', failing('cuInit 34'), 'cuda-start', 'fatal', /STUB_LIBRARY \(34\).*stubs/s],
  ['a GPU that another has', failing('cuInit 46'), 'cuda-start', 'fatal', /DEVICE_UNAVAILABLE \(46\).*compute mode/s],
  ['an unknown error', failing('cuInit 999'), 'cuda-start', 'fatal', /CUDA_ERROR_UNKNOWN \(999\).*nvidia-uvm/s],
  ['an error without a name', failing('cuInit 7'), 'cuda-start', 'fatal', /cuInit: error \(7\).*nvidia-smi/s],
  ['nothing visible', visible(''), 'visible-devices', 'fatal', /is "", which hides every GPU.*Unset it/s],
  ['nothing visible', visible('-1'), 'visible-devices', 'fatal', /is "-1", which hides every GPU/],
  ['one too many', visible('2'), 'visible-devices', 'fatal', /names GPU 2; there are 0 to 1/],
  ['two', visible('1,0'), 'visible-devices', 'note', /GPU 1 of 2 is used\. Others that it names are not used/],
  ['a UUID', visible('GPU-bb22'), 'visible-devices', 'ok', /GPU-bb22 is used/],
  [
    'little memory',
    used(2 ** 40 - 2 ** 30),
    'gpu-memory',
    'warning',
    /1\.00 GiB of 1024\.0 GiB are free.*out of memory/s,
  ],
  ['much memory', used(2 ** 30), 'gpu-memory', 'ok', /1023\.0 GiB of 1024\.0 GiB are free/],
  [
    'a Hopper',
    capability('9.0'),
    'architecture',
    'warning',
    /for compute capability 9\.0 in the elementwise kernels\..*from PTX/s,
  ],
  ['an Ada', capability('8.9'), 'architecture', 'ok', /machine code for compute capability 8\.9/],
  ['an Ampere of another minor number', capability('8.6'), 'architecture', 'ok', /8\.6/],
  ['a Turing', capability('7.5'), 'architecture', 'ok', /7\.5/],
  ['a Blackwell', capability('12.0'), 'architecture', 'warning', /12\.0 in most kernels and the elementwise kernels/],
  [
    'a Maxwell',
    capability('5.2'),
    'architecture',
    'fatal',
    /no kernels for compute capability 5\.2.*oldest are for 6\.0/s,
  ],
  [
    'another process',
    nvml('process 4711 1073741824'),
    'other-processes',
    'warning',
    /Another process uses the GPU: 4711 \(1\.00 GiB\)/,
  ],
  [
    'two of them',
    nvml('process 1 unavailable', 'process 2 5'),
    'other-processes',
    'warning',
    /2 other processes use the GPU: 1, 2 \(5 B\)/,
  ],
  ['nobody', {}, 'other-processes', 'ok', /No other process/],
  ['MIG', nvml('mig 1 1'), 'mig', 'warning', /split into instances \(MIG\)\..*Name one instance/s],
  [
    'an instance',
    { nvml: ['driver 550.54.14', 'gpu MIG-cc33 Example A MIG 1g.10gb', 'used 5'], ...visible('MIG-cc33') },
    'mig',
    'warning',
    /split into instances.*Compare only with the same kind of instance/s,
  ],
  ['MIG for now', nvml('mig 1 0'), 'mig', 'warning', /\(MIG\)\. It changes at the next reset of the GPU\./],
  ['MIG soon', nvml('mig 0 1'), 'mig', 'note', /whole.*changes at the next reset/],
  ['no MIG', nvml('mig 0 0'), 'mig', 'ok', /MIG is off/],
  ['a GPU without MIG', {}, 'mig', 'ok', /not one that can be split/],
  ['ECC off', nvml('ecc 0 0'), 'ecc', 'warning', /\(ECC\) is off/],
  ['ECC soon', nvml('ecc 0 1'), 'ecc', 'note', /is off; it changes/],
  ['ECC', nvml('ecc 1 1', 'uncorrected 0'), 'ecc', 'ok', /is on, without errors/],
  ['a GPU without ECC', {}, 'ecc', 'ok', /no error correction/],
  ['errors of the memory', nvml('ecc 1 1', 'uncorrected 3'), 'ecc', 'warning', /had 3 errors.*nvidia-smi -r/s],
];

const ONLY_WITHOUT_DRIVER = ['no device node, but a GPU', 'no device node', 'no version'];

it.each(CASES.filter(([of]) => !HAS_REAL_DRIVER || !ONLY_WITHOUT_DRIVER.includes(of)))(
  '%s',
  async (_, driver, id, status, says) => {
    const found = (await findings(driver)).find((finding) => finding.id === id);
    expect(found?.status).toBe(status);
    expect([found?.fact, found?.cause ?? '', found?.remedy ?? ''].join('\n')).toMatch(says);
  },
);

describe.skipIf(HAS_REAL_DRIVER)('without a driver', () => {
  it('says what is missing, and does not guess the rest', async () => {
    const prepared = fresh();
    rmSync(prepared.driver, { recursive: true });
    mkdirSync(prepared.driver);
    vi.stubEnv('LD_LIBRARY_PATH', prepared.driver);
    vi.stubEnv('CUDA_VISIBLE_DEVICES', undefined);
    const { findings: found, cuda, nvml: none } = await askDriver();
    const statuses = Object.fromEntries(found.map(({ id, status }) => [id, status]));
    expect([cuda, none]).toEqual([null, null]);
    expect(statuses).toEqual({
      'device-nodes': 'fatal',
      libcuda: 'fatal',
      'libnvidia-ml': 'warning',
      driver: 'skipped',
      'visible-devices': 'ok',
      'cuda-start': 'skipped',
      gpu: 'skipped',
      'gpu-memory': 'skipped',
    });
  });
});

describe('a driver that never answers', () => {
  const hang = (): void => {
    for (const [name, value] of Object.entries({ ...fresh().environment(TWO_GPUS), STUB_CUDA_HANGS: '1' }))
      vi.stubEnv(name, value);
  };

  it('is not waited for', async () => {
    hang();
    expect(await probe('cuda', [], { patienceMs: 1500 })).toEqual({ failure: 'no answer in 1.5 s', stderr: '' });
  });

  it('can be interrupted', async () => {
    hang();
    await expect(probe('cuda', [], { abort: AbortSignal.timeout(1000) })).rejects.toMatchObject({
      code: 'E_INTERRUPTED',
    });
  });
});
