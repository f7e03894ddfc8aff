/** What the device of a kernel decides: which memory counts, and what kernels take beside their outputs. */
import type { RunConfig } from '../config/schema.ts';
import type { ShapedOperand, ShapedOutput } from './operand.ts';
import { type Scratch, scratchOnCpu, scratchOnGpu } from './scratch.ts';

export interface KernelDevice {
  readonly isGpu: boolean;
  /** What TensorFlow takes for itself with the first operation. */
  readonly ownBytes: number;
  /** The operands that the kernel wants on the device, by their place, where they may lie on the host. */
  wantedOnDevice(name: string): readonly number[];
  /** Are the outputs the host's? */
  leavesOnHost(name: string, outputs: readonly ShapedOutput[]): boolean;
  scratchOf(name: string, operands: readonly ShapedOperand[], outputs: readonly ShapedOutput[]): Scratch;
}

const CPU: KernelDevice = {
  isGpu: false,
  ownBytes: 0,
  wantedOnDevice: () => [],
  leavesOnHost: () => false,
  scratchOf: scratchOnCpu,
};

/** int32 operands that are data; sizes and axes are read on the host (HostMemory of the kernels' registrations). */
const DATA_OPERANDS: Readonly<Record<string, readonly number[]>> = {
  Cast: [0],
  GatherV2: [1],
  OneHot: [0, 2, 3],
  UnsortedSegmentSum: [1],
};

/** Kernels that compute int32 on the host (HostMemory of their outputs). */
const ON_HOST = new Set(['Range']);

const GPU: KernelDevice = {
  isGpu: true,
  ownBytes: 1028, // gpu_device.cc, InitScratchBuffers
  wantedOnDevice: (name) => DATA_OPERANDS[name] ?? [],
  leavesOnHost: (name) => ON_HOST.has(name),
  scratchOf: scratchOnGpu,
};

export const kernelDevice = ({ device }: RunConfig['runtime']): KernelDevice => (device === 'gpu' ? GPU : CPU);
