/** Asks NVIDIA's driver, through each of its two libraries that is there. */
import { canCheckCudaLibraries } from '../loaderCheck.ts';
import { cudaDriverLibrary, driverLibrary, nvidiaDeviceNodes } from '../nvidia.ts';
import { NVML_LIBRARY } from '../nvmlLibrary.ts';
import { cudaFindings } from './cuda.ts';
import { driverFindings } from './driver.ts';
import type { Finding } from './finding.ts';
import { readOrNull } from './machine.ts';
import { type Probed, probe } from './probe.ts';
import type { CudaFacts } from './probes/cuda.ts';
import type { NvmlFacts } from './probes/nvml.ts';

export interface AskedDriver {
  /** Null if there is no libcuda.so.1. */
  readonly cuda: Probed<CudaFacts> | null;
  /** Null if there is no libnvidia-ml.so.1. */
  readonly nvml: Probed<NvmlFacts> | null;
  /** Of the driver and of the GPU that it shows. */
  readonly findings: readonly Finding[];
}

export async function askDriver(abort?: AbortSignal): Promise<AskedDriver> {
  const [libcuda, libnvidiaMl] = [cudaDriverLibrary(), driverLibrary(NVML_LIBRARY)];
  const [cuda, nvml] = await Promise.all([
    libcuda === null ? null : probe<CudaFacts>('cuda', [], { abort }),
    libnvidiaMl === null ? null : probe<NvmlFacts>('nvml', [], { abort }),
  ]);
  const cudaWorks = cuda !== null && 'facts' in cuda && cuda.facts.devices.length > 0;
  const kernelModule = readOrNull('/proc/driver/nvidia/version');
  const visible = process.env['CUDA_VISIBLE_DEVICES'];
  const findings = [
    ...driverFindings({ nodes: nvidiaDeviceNodes(), libcuda, libnvidiaMl, kernelModule, nvml, cudaWorks }),
    ...cudaFindings({ cuda, nvml, visible, canAsk: canCheckCudaLibraries() }),
  ];
  return { cuda, nvml, findings };
}
