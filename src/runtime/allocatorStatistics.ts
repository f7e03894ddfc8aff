/**
 * What TensorFlow's allocator says of itself, and where the outputs of operations are, through our own addon
 * (native/allocator_statistics.cc). The addon only works if it is opened before TensorFlow and with its symbols visible to what is loaded
 * later; whether it did is checked afterwards, so that numbers are right or absent.
 */
import { constants } from 'node:os';

/** As the allocator has it; the last three only where it knows them. BFC counts chunks, not what was asked for. */
export interface AllocatorReading {
  readonly bytesInUse: number;
  /** Since the process started or `clearPeak`. */
  readonly peakBytesInUse: number;
  readonly numAllocs: number;
  readonly largestAllocBytes: number;
  readonly largestFreeBlockBytes: number;
  readonly bytesLimit?: number;
  /** Taken from the system, in use or not. `clearPeak` leaves both alone. */
  readonly poolBytes?: number;
  readonly peakPoolBytes?: number;
}

/** Of the device on which tfjs puts tensors. Nothing here allocates through TensorFlow. */
export interface AllocatorStatistics {
  readonly deviceName: string;
  readonly allocatorName: string;
  /** Why TensorFlow refused the configuration that it was given, and took its defaults; null if it did not. */
  readonly configurationError: string | null;
  /** Null if the allocator does not count every byte. */
  read(): AllocatorReading | null;
  /** The peak becomes what is in use now. */
  clearPeak(): void;
  /** What the host's allocator gave for the last array that was uploaded; 0 where it does not know. */
  lastUploadAllocatedBytes(): number;
  /** From now on every request that the allocator meets, and everything that it gets back, is a line on stderr (ledgers/eventLines.ts). */
  followAllocations(): void;
  /** From now on every operation is asked where its outputs are. */
  followOutputs(): void;
  /** Of the last operation, in its order: is the output's memory the host's? On a GPU some kernels leave theirs there. */
  lastOutputsOnHost(): readonly boolean[];
}

export interface NoStatistics {
  readonly reason: string;
}

/** oneDNN's allocator on the CPU counts large blocks alone (mkl_cpu_allocator.h); the smaller ones are malloc's. */
const COUNTS_LARGE_BLOCKS_ONLY = 'mklcpu';

interface DeviceStatistics {
  readonly name: string;
  readonly type: string;
  readonly allocator: string;
  readonly stats: AllocatorReading | null;
}

export interface StatisticsAddon {
  readonly compiledFor: string;
  devices(): DeviceStatistics[];
  clearPeak(): number;
  setConfig(serializedConfigProto: Uint8Array): void;
  configError(): string;
  contexts(): number;
  lastUploadAllocatedBytes(): number;
  followAllocations(deviceName: string): void;
  followOutputs(): void;
  lastOutputsOnHost(): boolean[];
}

export interface OpenOptions {
  /** A serialized tensorflow.ConfigProto for the context that tfjs will make. */
  readonly configuration?: Uint8Array;
  /** Tests only. */
  readonly flags?: number;
}

/** Before tfjs-node-gpu is required. */
export function openStatistics(
  found: { readonly addonPath: string } | NoStatistics,
  { configuration, flags = constants.dlopen.RTLD_NOW | constants.dlopen.RTLD_GLOBAL }: OpenOptions = {},
): StatisticsAddon | NoStatistics {
  if ('reason' in found) return found;
  const module = { exports: {} };
  try {
    process.dlopen(module, found.addonPath, flags);
  } catch (error) {
    return { reason: `the reader of allocator statistics does not load: ${(error as Error).message}` };
  }
  const addon = module.exports as StatisticsAddon;
  if (configuration !== undefined) addon.setConfig(configuration);
  return addon;
}

/** After TensorFlow is loaded: did the addon see it, is it the version of the addon's headers, and which device is measured? */
export function confirmStatistics(
  addon: StatisticsAddon | NoStatistics,
  kind: 'cpu' | 'gpu',
  tensorflowVersion: string,
): AllocatorStatistics | NoStatistics {
  if ('reason' in addon) return addon;
  if (addon.compiledFor !== tensorflowVersion) {
    return {
      reason: `the reader of allocator statistics is for TensorFlow ${addon.compiledFor}, not ${tensorflowVersion}`,
    };
  }
  const contexts = addon.contexts();
  if (contexts !== 1)
    return { reason: `the reader of allocator statistics saw ${contexts} TensorFlow contexts, not 1` };
  // tfjs_backend.cc takes the last GPU of the list; without one, the last CPU. All CPUs share one allocator.
  const find = () => addon.devices().findLast(({ type }) => type === kind.toUpperCase());
  const device = find();
  if (device === undefined) return { reason: `TensorFlow lists no device of type ${kind.toUpperCase()}` };
  return {
    deviceName: device.name,
    allocatorName: device.allocator,
    configurationError: addon.configError() || null,
    read: () => (device.allocator === COUNTS_LARGE_BLOCKS_ONLY ? null : (find()?.stats ?? null)),
    clearPeak: () => void addon.clearPeak(),
    lastUploadAllocatedBytes: () => addon.lastUploadAllocatedBytes(),
    followAllocations: () => addon.followAllocations(device.name),
    followOutputs: () => addon.followOutputs(),
    lastOutputsOnHost: () => addon.lastOutputsOnHost(),
  };
}
