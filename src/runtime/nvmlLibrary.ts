/**
 * The functions of NVML that are used here, as nvml.h declares them: NVIDIA's management library, which comes with the driver. Structures
 * are plain buffers that are read field by field, so the layout of the ABI stands here and nowhere else. It is that of 64-bit Linux.
 */
import { ForeignFunctions, type Parameter } from './foreignFunctions.ts';
import type { Koffi } from './koffi.ts';

/** The name that the driver installs; without `.1` it exists only where developer packages are. */
export const NVML_LIBRARY = 'libnvidia-ml.so.1';

/** nvmlReturn_t of nvml.h. */
const NVML_SUCCESS = 0;
const NVML_ERROR_INVALID_ARGUMENT = 2;
const NVML_ERROR_NOT_SUPPORTED = 3;
const NVML_ERROR_INSUFFICIENT_SIZE = 7;
const NVML_ERROR_FUNCTION_NOT_FOUND = 13;
/** What a GPU, a part of one (an instance of MIG) or a driver says that has no such thing. */
const ABSENT = [NVML_ERROR_INVALID_ARGUMENT, NVML_ERROR_NOT_SUPPORTED, NVML_ERROR_FUNCTION_NOT_FOUND];

/** nvml.h: NVML_MEMORY_ERROR_TYPE_UNCORRECTED, and NVML_VOLATILE_ECC for errors since the driver was loaded. */
const UNCORRECTED = 1;
const VOLATILE = 0;

/** nvml.h: NVML_DEVICE_UUID_V2_BUFFER_SIZE, NVML_DEVICE_NAME_V2_BUFFER_SIZE, NVML_SYSTEM_DRIVER_VERSION_BUFFER_SIZE. */
const UUID_BYTES = 96;
const NAME_BYTES = 96;
const DRIVER_VERSION_BYTES = 80;

/** nvml.h: nvmlMemory_t {unsigned long long total, free, used}. */
const MEMORY = { totalAt: 0, freeAt: 8, usedAt: 16, sizeBytes: 24 } as const;

/** nvml.h: nvmlProcessInfo_t {unsigned int pid; unsigned long long usedGpuMemory; unsigned int gpuInstanceId, computeInstanceId}. */
const PROCESS = { pidAt: 0, usedGpuMemoryAt: 8, sizeBytes: 24 } as const;
/** Between asking for the number of processes and for the list others may start: nvml.h advises to have room for them. */
const SPARE_PROCESSES = 16;
const LIST_ATTEMPTS = 4;
/**
 * The first drivers of release 535 write a fifth field, usedGpuCcProtectedMemory, behind the others. Their entries after the first are not
 * found where they are looked for, but they must not be written past the end.
 */
const LONGEST_PROCESS_BYTES = 32;
const processBuffer = (count: number): Buffer => Buffer.alloc(count * LONGEST_PROCESS_BYTES);

/** nvmlDevice_t: a pointer that NVML hands out and takes back. */
export type DeviceHandle = bigint;

export interface ListedProcess {
  readonly pid: number;
  readonly usedGpuMemory: bigint;
}

/** Something that takes effect at the next start of the GPU. */
export interface Switch {
  readonly on: boolean;
  readonly onAfterRestart: boolean;
}

export interface DeviceMemory {
  readonly totalBytes: bigint;
  readonly freeBytes: bigint;
  readonly usedBytes: bigint;
}

/** A call that failed, with NVML's own words in its message. */
export class NvmlError extends Error {
  readonly code: number;

  constructor(call: string, words: unknown, code: number) {
    super(`${call}: ${words} (${code})`);
    this.code = code;
  }
}

/** Calls that throw an NvmlError when they fail. */
export class NvmlLibrary {
  private readonly functions: ForeignFunctions;
  private processes = processBuffer(SPARE_PROCESSES);

  /** Throws if the library is not there or refuses to start. It is never shut down: the process that measures ends soon. */
  constructor(path: string, koffi: Koffi) {
    this.functions = new ForeignFunctions(path, koffi);
    this.call('nvmlInit_v2', []);
  }

  driverVersion(): string {
    return this.text('nvmlSystemGetDriverVersion', [], DRIVER_VERSION_BYTES);
  }

  /** Of all GPUs of the machine. */
  deviceCount(): number {
    const count = Buffer.alloc(4);
    this.call('nvmlDeviceGetCount_v2', [['void *', count]]);
    return count.readUInt32LE();
  }

  deviceByIndex(index: number): DeviceHandle {
    return this.handle('nvmlDeviceGetHandleByIndex_v2', ['unsigned int', index]);
  }

  deviceByUuid(uuid: string): DeviceHandle {
    return this.handle('nvmlDeviceGetHandleByUUID', ['const char *', uuid]);
  }

  uuid(device: DeviceHandle): string {
    return this.text('nvmlDeviceGetUUID', [['uintptr_t', device]], UUID_BYTES);
  }

  name(device: DeviceHandle): string {
    return this.text('nvmlDeviceGetName', [['uintptr_t', device]], NAME_BYTES);
  }

  usedBytes(device: DeviceHandle): bigint {
    return this.memory(device).usedBytes;
  }

  memory(device: DeviceHandle): DeviceMemory {
    const memory = Buffer.alloc(MEMORY.sizeBytes);
    this.call('nvmlDeviceGetMemoryInfo', [
      ['uintptr_t', device],
      ['void *', memory],
    ]);
    const at = (offset: number): bigint => memory.readBigUInt64LE(offset);
    return { totalBytes: at(MEMORY.totalAt), freeBytes: at(MEMORY.freeAt), usedBytes: at(MEMORY.usedAt) };
  }

  /** Is the GPU split into instances? Null where it cannot be. */
  migMode(device: DeviceHandle): Switch | null {
    return this.switchOf('nvmlDeviceGetMigMode', device);
  }

  /** Does the memory correct errors? Null where it has no such thing. */
  eccMode(device: DeviceHandle): Switch | null {
    return this.switchOf('nvmlDeviceGetEccMode', device);
  }

  /** Errors of memory since the driver was loaded; null where nobody counts. */
  uncorrectedErrors(device: DeviceHandle): number | null {
    const count = Buffer.alloc(8);
    const parameters: Parameter[] = [
      ['uintptr_t', device],
      ['int', UNCORRECTED],
      ['int', VOLATILE],
      ['void *', count],
    ];
    const code = this.call('nvmlDeviceGetTotalEccErrors', parameters, ABSENT);
    return code === NVML_SUCCESS ? Number(count.readBigUInt64LE()) : null;
  }

  /** Processes with a compute context on the device. */
  runningProcesses(device: DeviceHandle): ListedProcess[] {
    const count = Buffer.alloc(4);
    for (let attempt = 0; attempt < LIST_ATTEMPTS; attempt++) {
      count.writeUInt32LE(this.processes.length / LONGEST_PROCESS_BYTES);
      const parameters: Parameter[] = [
        ['uintptr_t', device],
        ['void *', count],
        ['void *', this.processes],
      ];
      const code = this.call('nvmlDeviceGetComputeRunningProcesses_v3', parameters, [NVML_ERROR_INSUFFICIENT_SIZE]);
      const listed = count.readUInt32LE();
      if (code === NVML_SUCCESS) return Array.from({ length: listed }, (_, index) => this.process(index));
      this.processes = processBuffer(listed + SPARE_PROCESSES);
    }
    throw new Error('nvmlDeviceGetComputeRunningProcesses_v3: the list of processes never had room');
  }

  private process(index: number): ListedProcess {
    const at = index * PROCESS.sizeBytes;
    return {
      pid: this.processes.readUInt32LE(at + PROCESS.pidAt),
      usedGpuMemory: this.processes.readBigUInt64LE(at + PROCESS.usedGpuMemoryAt),
    };
  }

  private switchOf(name: string, device: DeviceHandle): Switch | null {
    const [current, pending] = [Buffer.alloc(4), Buffer.alloc(4)];
    const parameters: Parameter[] = [
      ['uintptr_t', device],
      ['void *', current],
      ['void *', pending],
    ];
    if (this.call(name, parameters, ABSENT) !== NVML_SUCCESS) return null;
    return { on: current.readUInt32LE() === 1, onAfterRestart: pending.readUInt32LE() === 1 };
  }

  private handle(name: string, which: Parameter): DeviceHandle {
    const handle = Buffer.alloc(8);
    this.call(name, [which, ['void *', handle]]);
    return handle.readBigUInt64LE();
  }

  private text(name: string, before: Parameter[], sizeBytes: number): string {
    const buffer = Buffer.alloc(sizeBytes);
    this.call(name, [...before, ['void *', buffer], ['unsigned int', sizeBytes]]);
    return buffer.toString('utf8', 0, buffer.indexOf(0));
  }

  /** Returns the code if it is success or `expected`. */
  private call(name: string, parameters: Parameter[], expected: readonly number[] = []): number {
    const code = this.functions.call(name, 'int', parameters) as number;
    if (code === NVML_SUCCESS || expected.includes(code)) return code;
    const words = this.functions.call('nvmlErrorString', 'const char *', [['int', code]]);
    throw new NvmlError(name, words, code);
  }
}
