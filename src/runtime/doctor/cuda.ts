/** What CUDA's driver makes of the machine: does it start, which GPU would be measured, how much of its memory is free. */
import { formatBytes } from '../../units/bytes.ts';
import { visibleDevice } from '../visibleDevice.ts';
import { type Finding, fatal, note, ok, skipped, warning } from './finding.ts';
import type { Probed } from './probe.ts';
import type { CudaFacts } from './probes/cuda.ts';
import type { NvmlFacts } from './probes/nvml.ts';

export interface CudaAnswers {
  /** Null if there is no driver to ask. */
  readonly cuda: Probed<CudaFacts> | null;
  readonly nvml: Probed<NvmlFacts> | null;
  /** CUDA_VISIBLE_DEVICES of the shell. */
  readonly visible: string | undefined;
  /** Libraries of C can be called: the optional package koffi is installed. */
  readonly canAsk: boolean;
}

export function cudaFindings(answers: CudaAnswers): Finding[] {
  return [visibleFinding(answers), startFinding(answers), gpuFinding(answers), memoryFinding(answers)];
}

function visibleFinding({ visible, nvml }: CudaAnswers): Finding {
  const count = nvml !== null && 'facts' in nvml ? nvml.facts.deviceCount : null;
  const of = count === null ? '' : ` of ${count}`;
  if (visible === undefined)
    return ok('visible-devices', `CUDA_VISIBLE_DEVICES is not set: the first GPU${of} is used.`);
  const first = visibleDevice(visible);
  if (first === null) {
    return fatal('visible-devices', {
      fact: `CUDA_VISIBLE_DEVICES is "${visible}", which hides every GPU.`,
      remedy: 'Unset it, or name a GPU.',
    });
  }
  if ('index' in first && count !== null && first.index >= count) {
    return fatal('visible-devices', {
      fact: `CUDA_VISIBLE_DEVICES names GPU ${first.index}; there ${count === 1 ? 'is only GPU 0' : `are 0 to ${count - 1}`}.`,
      remedy: 'Name one that is there, or unset it.',
    });
  }
  const name = 'uuid' in first ? first.uuid : `GPU ${first.index}${of}`;
  const more = visible.includes(',') ? ' Others that it names are not used.' : '';
  return (more === '' ? ok : note)('visible-devices', `CUDA_VISIBLE_DEVICES is "${visible}": ${name} is used.${more}`);
}

/** CUresult of cuda.h: what cuInit says, and what is behind it. */
const CAUSES: Readonly<Record<number, readonly [cause: string, remedy: string]>> = {
  34: [
    'This libcuda.so.1 is the empty one of the CUDA toolkit, which is for linking only.',
    "Take the folder `stubs` out of LD_LIBRARY_PATH and of the loader's configuration.",
  ],
  46: ['Another process has the GPU for itself.', 'Wait for it, or set the compute mode with `nvidia-smi -c DEFAULT`.'],
  100: [
    'The driver is there, but it shows no GPU: none is built in, the container got none, or CUDA_VISIBLE_DEVICES names none that is there.',
    'See what `nvidia-smi -L` lists, start the container with GPUs, unset CUDA_VISIBLE_DEVICES.',
  ],
  802: [
    'The fabric between the GPUs is not up, without which GPUs with NVSwitch do not start.',
    "Start NVIDIA's fabric manager (`systemctl start nvidia-fabricmanager`), of the version of the driver.",
  ],
  803: [
    'libcuda.so.1 is of another version than the kernel module: the driver was renewed while the old one is still loaded, or an older libcuda is found first.',
    'Restart the machine; take folders with another libcuda.so.1 (cuda/compat) out of LD_LIBRARY_PATH.',
  ],
  804: [
    'A newer libcuda.so.1 for forward compatibility (cuda/compat) is found first, which this GPU does not allow.',
    "Take cuda/compat out of LD_LIBRARY_PATH, so that the driver's own libcuda.so.1 is found.",
  ],
  999: [
    'The kernel module does not answer: often /dev/nvidia-uvm is missing, or the machine was asleep.',
    'Load it (`modprobe nvidia-uvm`), start the container with GPUs, or restart the machine.',
  ],
};

function startFinding({ cuda, canAsk }: CudaAnswers): Finding {
  if (cuda === null) return skipped('cuda-start', 'there is no libcuda.so.1');
  if (!canAsk) return skipped('cuda-start', 'the optional package koffi is not installed');
  if ('failure' in cuda) {
    return fatal('cuda-start', {
      fact: `libcuda.so.1 does not answer: ${cuda.failure}`,
      cause: 'The file is damaged, or of another driver than the kernel module.',
      remedy: 'Look at what `nvidia-smi` says, and restart the machine.',
    });
  }
  const { refusal, cudaVersion, library } = cuda.facts;
  if (refusal === null) {
    const known = cudaVersion === null ? '' : `; the driver knows CUDA ${cudaWords(cudaVersion)}`;
    return ok('cuda-start', `CUDA starts (${library ?? 'libcuda.so.1'})${known}.`);
  }
  const [cause, remedy] = CAUSES[refusal.code] ?? [
    undefined,
    'Look at what `nvidia-smi` says, and restart the machine.',
  ];
  return fatal('cuda-start', { fact: `CUDA does not start: ${refusal.words}.`, cause, remedy });
}

const cudaWords = (version: number): string => `${Math.floor(version / 1000)}.${Math.floor((version % 1000) / 10)}`;

function gpuFinding({ cuda }: CudaAnswers): Finding {
  if (cuda === null || 'failure' in cuda || cuda.facts.refusal !== null) return skipped('gpu', 'CUDA does not start');
  const [device] = cuda.facts.devices;
  if (device === undefined) {
    return fatal('gpu', { fact: 'CUDA starts, but shows no GPU.', remedy: 'See what `nvidia-smi -L` lists.' });
  }
  const capability = device.computeCapability.join('.');
  return ok('gpu', `${device.name}, compute capability ${capability}, ${formatBytes(device.totalBytes)}.`);
}

/** CUDA itself, its modules and the handles of cuBLAS take some hundred MiB before the first tensor. */
const LITTLE_BYTES = 2 * 1024 ** 3;

function memoryFinding({ nvml }: CudaAnswers): Finding {
  const device = nvml !== null && 'facts' in nvml ? nvml.facts.device : null;
  if (device === null) return skipped('gpu-memory', 'NVML says nothing of the GPU');
  const fact = `${formatBytes(device.freeBytes)} of ${formatBytes(device.totalBytes)} are free.`;
  if (device.freeBytes >= LITTLE_BYTES) return ok('gpu-memory', fact);
  const cause = 'CUDA alone takes some hundred MiB: measurements will soon be out of memory.';
  return warning('gpu-memory', { fact, cause, remedy: 'End what uses the GPU, or use another one.' });
}
