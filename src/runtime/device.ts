/** What is known of the device that TensorFlow uses. */
import { cpus } from 'node:os';
import { cudaRuntimeVersion } from './cudaRuntime.ts';
import { openNvml } from './nvml.ts';

export interface Device {
  readonly kind: 'cpu' | 'gpu';
  readonly name: string;
  readonly uuid: string | null;
}

export interface DescribedDevice {
  readonly device: Device;
  /** Version of NVIDIA's driver; null on a CPU, and where NVML cannot be asked. */
  readonly driver: string | null;
  /** Version of the CUDA runtime that TensorFlow has loaded; null on a CPU, and where it cannot be asked. */
  readonly cuda: string | null;
}

/** After TensorFlow is loaded. `library` is for tests. */
export function describeDevice(kind: Device['kind'], library?: string): DescribedDevice {
  if (kind === 'cpu') return { device: { kind, name: processorName(), uuid: null }, driver: null, cuda: null };
  const cuda = cudaRuntimeVersion();
  const nvml = openNvml(library);
  if ('reason' in nvml) return { device: { kind, name: 'GPU', uuid: null }, driver: null, cuda };
  return { device: { kind, name: nvml.name, uuid: nvml.uuid }, driver: nvml.driverVersion, cuda };
}

const processorName = (): string => cpus()[0]?.model.trim() ?? 'unknown processor';
