/** For which GPUs TensorFlow's kernels are compiled, and what that means for the one that is here. */
import { type Finding, fatal, ok, skipped, warning } from './finding.ts';
import type { Probed } from './probe.ts';
import type { CudaFacts } from './probes/cuda.ts';

interface Kernels {
  readonly kernels: string;
  /** Machine code (SASS) for these compute capabilities, 9.0 as 90. */
  readonly machineCode: readonly number[];
  /** Source for the driver's compiler (PTX), usable from this compute capability on. */
  readonly source: number;
}

/** Read from the fatbins of libtensorflow_cc.so.2 in the GPU wheel, 279 and 1,149 of them. */
const COMPILED_FOR: Readonly<Record<string, readonly Kernels[]>> = {
  '2.18.1': [
    { kernels: 'most kernels', machineCode: [60, 70, 80, 89, 90], source: 90 },
    // Made by MLIR: add, mul, exp, tanh, casts …
    { kernels: 'the elementwise kernels', machineCode: [60, 70, 80, 89], source: 90 },
  ],
};

export function architectureFinding(tensorflowVersion: string, cuda: Probed<CudaFacts> | null): Finding {
  const device = cuda !== null && 'facts' in cuda ? cuda.facts.devices[0] : undefined;
  if (device === undefined) return skipped('architecture', 'there is no GPU');
  const compiled = COMPILED_FOR[tensorflowVersion];
  if (compiled === undefined)
    return skipped('architecture', `what TensorFlow ${tensorflowVersion} is compiled for is not known here`);
  const [major, minor] = device.computeCapability;
  const capability = 10 * major + minor;
  const words = `compute capability ${major}.${minor}`;
  const compiledHere = compiled.filter(({ machineCode }) => !machineCode.some((code) => runsOn(code, capability)));
  if (compiledHere.length === 0) return ok('architecture', `TensorFlow has machine code for ${words}.`);
  const impossible = compiledHere.filter(({ source }) => source > capability);
  if (impossible.length > 0) {
    return fatal('architecture', {
      fact: `TensorFlow ${tensorflowVersion} has no kernels for ${words}.`,
      cause: `Its oldest are for ${(Math.min(...compiled.flatMap(({ machineCode }) => machineCode)) / 10).toFixed(1)}.`,
      remedy: 'Use a newer GPU, or `--device cpu`.',
    });
  }
  const which = compiledHere.map(({ kernels }) => kernels).join(' and ');
  return warning('architecture', {
    fact: `TensorFlow ${tensorflowVersion} has no machine code for ${words} in ${which}.`,
    cause:
      'The driver compiles each from PTX when it is first used: first steps are slow, and a driver that is too old cannot.',
    remedy:
      'Nothing has to be done: memproof gives the driver 2 GiB for what it compiled (in ~/.nv/ComputeCache, or CUDA_CACHE_PATH) and takes no times from first steps. Keep that folder.',
  });
}

/** Machine code runs on GPUs of the same major number and an equal or greater minor one: CUDA C++ Programming Guide, "Binary Compatibility". */
const runsOn = (code: number, capability: number): boolean =>
  Math.floor(code / 10) === Math.floor(capability / 10) && code <= capability;
