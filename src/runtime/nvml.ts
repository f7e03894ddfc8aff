/** What NVIDIA's driver says of the GPU that is measured, and charges this process for. */
import { basename } from 'node:path';
import { type Koffi, requireKoffi } from './koffi.ts';
import { type DeviceHandle, NVML_LIBRARY, NvmlLibrary } from './nvmlLibrary.ts';
import { visibleDevice } from './visibleDevice.ts';

/** Its methods throw with NVML's words when a call fails. */
export interface Nvml {
  readonly uuid: string;
  readonly name: string;
  readonly driverVersion: string;
  /** Null where the driver does not tell it. */
  processBytes(): number | null;
  /** Of all processes together, and of the driver itself. */
  deviceUsedBytes(): number;
}

/** nvml.h: NVML_VALUE_NOT_AVAILABLE is -1, here in an unsigned long long. */
const NVML_VALUE_NOT_AVAILABLE = 2n ** 64n - 1n;

/** The one that tfjs uses. Never throws: without NVML there is a reason. */
export function openNvml(
  library: string = NVML_LIBRARY,
  loadKoffi: () => Koffi = requireKoffi,
): Nvml | { readonly reason: string } {
  let koffi: Koffi;
  try {
    koffi = loadKoffi();
  } catch (error) {
    return {
      reason: `the driver cannot be asked: the optional package koffi does not load (${firstLine(error)})`,
    };
  }
  try {
    const nvml = new NvmlLibrary(library, koffi);
    const device = findDevice(nvml);
    if (device === null) return { reason: 'the driver cannot be asked: CUDA_VISIBLE_DEVICES names no GPU' };
    return {
      uuid: nvml.uuid(device),
      name: nvml.name(device),
      driverVersion: nvml.driverVersion(),
      processBytes: () => processBytes(nvml, device),
      deviceUsedBytes: () => safeBytes(nvml.usedBytes(device)),
    };
  } catch (error) {
    return { reason: `the driver cannot be asked through ${basename(library)}: ${firstLine(error)}` };
  }
}

/** The one that is measured, if it is visible. */
export function findDevice(nvml: NvmlLibrary): DeviceHandle | null {
  const wanted = visibleDevice(process.env['CUDA_VISIBLE_DEVICES']);
  if (wanted === null) return null;
  return 'uuid' in wanted ? nvml.deviceByUuid(wanted.uuid) : nvml.deviceByIndex(wanted.index);
}

/**
 * Not told is: a process that is not listed, which drivers do not if it is in a PID namespace of its own (a container); "not available"; and
 * 0, which some drivers say there of a process that they do list (github.com/NVIDIA/open-gpu-kernel-modules/pull/614) and which cannot be
 * true of one with a context; and several entries for one process, of which some drivers mean other GPUs than the one that was asked about.
 */
function processBytes(nvml: NvmlLibrary, device: DeviceHandle): number | null {
  const [own, ...others] = nvml.runningProcesses(device).filter(({ pid }) => pid === process.pid);
  if (own === undefined || others.length > 0 || own.usedGpuMemory === NVML_VALUE_NOT_AVAILABLE) return null;
  return own.usedGpuMemory === 0n ? null : safeBytes(own.usedGpuMemory);
}

function safeBytes(bytes: bigint): number {
  if (bytes > BigInt(Number.MAX_SAFE_INTEGER)) throw new Error(`${bytes} B is no size of a memory`);
  return Number(bytes);
}

const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? '';
