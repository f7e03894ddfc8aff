/** What NVML says of the GPU that would be measured. */
import { requireKoffi } from '../../koffi.ts';
import { findDevice } from '../../nvml.ts';
import { NVML_LIBRARY, NvmlError, NvmlLibrary, type Switch } from '../../nvmlLibrary.ts';
import { answer } from './answer.ts';

export interface NvmlFacts {
  /** Why it does not answer at all, or not about the device. */
  readonly refusal: { readonly code: number; readonly words: string } | null;
  readonly driverVersion: string | null;
  readonly deviceCount: number | null;
  /** Null if CUDA_VISIBLE_DEVICES names none that is here. */
  readonly device: NvmlDevice | null;
}

export interface NvmlDevice {
  readonly name: string;
  readonly uuid: string;
  readonly totalBytes: number;
  readonly freeBytes: number;
  /** Bytes are null where the driver does not tell them. */
  readonly processes: readonly { readonly pid: number; readonly usedBytes: number | null }[];
  /** Null where the GPU has no such thing. */
  readonly mig: Switch | null;
  readonly ecc: Switch | null;
  /** Since the driver was loaded. */
  readonly uncorrectedErrors: number | null;
}

answer((): NvmlFacts => {
  let facts: NvmlFacts = { refusal: null, driverVersion: null, deviceCount: null, device: null };
  const koffi = requireKoffi();
  try {
    const nvml = new NvmlLibrary(NVML_LIBRARY, koffi);
    facts = { ...facts, driverVersion: nvml.driverVersion(), deviceCount: nvml.deviceCount() };
    return { ...facts, device: describe(nvml) };
  } catch (error) {
    if (!(error instanceof NvmlError)) throw error;
    return { ...facts, refusal: { code: error.code, words: error.message } };
  }
});

function describe(nvml: NvmlLibrary): NvmlDevice | null {
  const device = findDevice(nvml);
  if (device === null) return null;
  const { totalBytes, freeBytes } = nvml.memory(device);
  const processes = nvml.runningProcesses(device);
  return {
    name: nvml.name(device),
    uuid: nvml.uuid(device),
    totalBytes: Number(totalBytes),
    freeBytes: Number(freeBytes),
    processes: processes.map(({ pid, usedGpuMemory }) => {
      const usedBytes = Number(usedGpuMemory);
      return { pid, usedBytes: Number.isSafeInteger(usedBytes) ? usedBytes : null }; // "not available" is 2^64 − 1
    }),
    mig: nvml.migMode(device),
    ecc: nvml.eccMode(device),
    uncorrectedErrors: nvml.uncorrectedErrors(device),
  };
}
