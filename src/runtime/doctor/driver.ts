/** NVIDIA's driver: its device nodes, its libraries and its version. */
import { type Finding, fatal, ok, skipped, warning } from './finding.ts';
import { isOlder } from './machine.ts';
import type { Probed } from './probe.ts';
import type { NvmlFacts } from './probes/nvml.ts';

/** CUDA 12.x runs on every driver from here on: docs.nvidia.com/deploy/cuda-compatibility, "minor version compatibility". */
const OLDEST_DRIVER = '525.60.13';

export interface DriverFacts {
  readonly nodes: readonly string[];
  /** Where the libraries are; null where the loader would not find them. */
  readonly libcuda: string | null;
  readonly libnvidiaMl: string | null;
  /** The text of /proc/driver/nvidia/version, which the kernel module makes. */
  readonly kernelModule: string | null;
  /** Null if there is no library to ask. */
  readonly nvml: Probed<NvmlFacts> | null;
  /** CUDA has found a GPU, whatever else is missing. */
  readonly cudaWorks: boolean;
}

const INSTALL = `Install NVIDIA's driver, ${OLDEST_DRIVER} or newer. In a container: start it with GPUs (\`docker run --gpus all\`, which needs nvidia-container-toolkit).`;

export function driverFindings(facts: DriverFacts): Finding[] {
  return [nodesFinding(facts), libcudaFinding(facts), nvmlFinding(facts), versionFinding(facts)];
}

function nodesFinding({ nodes, cudaWorks }: DriverFacts): Finding {
  if (nodes.length > 0) return ok('device-nodes', `Device nodes: ${nodes.join(', ')}.`);
  const fact = 'There is no device node of NVIDIA (/dev/nvidia0).';
  if (cudaWorks)
    return warning('device-nodes', {
      fact,
      cause: 'CUDA finds a GPU all the same.',
      remedy: 'Ask for it by name: `--device gpu`.',
    });
  const cause = 'This machine has no NVIDIA GPU, its driver is not loaded, or this container was started without GPUs.';
  return fatal('device-nodes', { fact, cause, remedy: INSTALL });
}

function libcudaFinding({ libcuda }: DriverFacts): Finding {
  if (libcuda !== null) return ok('libcuda', `libcuda.so.1: ${libcuda}.`);
  const cause = "It comes with NVIDIA's driver, not with CUDA; a container gets it from its host.";
  return fatal('libcuda', { fact: 'There is no libcuda.so.1.', cause, remedy: INSTALL });
}

/** nvmlReturn_t of nvml.h: those with a cause that can be named. */
const NVML_CAUSES: Readonly<Record<number, readonly [cause: string, remedy: string]>> = {
  4: ['This user may not ask the driver.', 'Run as a user who may, or mend the permissions of /dev/nvidia*.'],
  9: [
    "The driver's kernel module is not loaded.",
    'Load it (`modprobe nvidia`), or install the driver for this kernel.',
  ],
  15: ['The GPU has fallen off the bus.', 'Restart the machine; if it happens again the hardware is at fault.'],
  18: [
    "The driver's libraries are of another version than its kernel module: it was renewed while the old one is still loaded.",
    'Restart the machine, or the container with the libraries of its host.',
  ],
};

/** TensorFlow 2.18 works without NVML; memproof's ledger `process` does not. */
function nvmlFinding({ libnvidiaMl, nvml }: DriverFacts): Finding {
  const lost = 'There is no ledger `process` of the GPU, and its name is not in records.';
  if (nvml === null || libnvidiaMl === null)
    return warning('libnvidia-ml', { fact: `There is no libnvidia-ml.so.1. ${lost}`, remedy: INSTALL });
  if ('facts' in nvml && nvml.facts.refusal === null)
    return ok('libnvidia-ml', `libnvidia-ml.so.1 answers: ${libnvidiaMl}.`);
  const { code, words } =
    'facts' in nvml ? (nvml.facts.refusal ?? { code: 0, words: '' }) : { code: 0, words: nvml.failure };
  const [cause, remedy] = NVML_CAUSES[code] ?? [undefined, 'Look at what `nvidia-smi` says.'];
  return warning('libnvidia-ml', { fact: `libnvidia-ml.so.1 does not answer: ${words}. ${lost}`, cause, remedy });
}

function versionFinding({ nvml, kernelModule, libcuda }: DriverFacts): Finding {
  const told = nvml !== null && 'facts' in nvml ? nvml.facts.driverVersion : null;
  const version = told ?? kernelModuleVersion(kernelModule);
  if (version === null) {
    return skipped(
      'driver',
      libcuda === null ? 'there is no driver' : 'neither NVML nor /proc/driver/nvidia/version tells its version',
    );
  }
  const fact = `Driver ${version}.`;
  if (!isOlder(version, OLDEST_DRIVER)) return ok('driver', fact);
  return fatal('driver', { fact, cause: `CUDA 12 needs ${OLDEST_DRIVER}.`, remedy: 'Install a newer driver.' });
}

/** "NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.104.05 …" or "NVIDIA UNIX Open Kernel Module for x86_64  550.54.14 …". */
export const kernelModuleVersion = (text: string | null): string | null =>
  /Kernel Module(?: for \S+)?\s+(\d+(?:\.\d+)+)/.exec(text ?? '')?.[1] ?? null;
