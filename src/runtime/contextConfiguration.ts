/**
 * What of a configuration only TensorFlow's ConfigProto can say: a memory limit on a GPU. (On the CPU it is an environment variable.)
 * tfjs makes its context with default options; our addon hands this in (native/allocator_statistics.cc, setConfig).
 */
import type { RunConfig } from '../config/schema.ts';

/** A serialized tensorflow.ConfigProto (tensorflow/core/protobuf/config.proto), or null where nothing has to be said. */
export function contextConfiguration({ device, memoryLimitMiB }: RunConfig['runtime']): Uint8Array | null {
  if (device !== 'gpu' || memoryLimitMiB === null) return null;
  const virtualDevice = message(1, float(1, memoryLimitMiB)); // Experimental.virtual_devices = 1 { memory_limit_mb = 1 }
  const experimental = message(9, virtualDevice); // GPUOptions.experimental = 9
  const allowGrowth = [tag(4, VARINT), 1]; // GPUOptions.allow_growth = 4
  return Uint8Array.from(message(6, [...allowGrowth, ...experimental])); // ConfigProto.gpu_options = 6
}

// Protocol Buffers encoding: a tag is (field number << 3) | wire type. All numbers here fit one byte.
const VARINT = 0;
const LENGTH_DELIMITED = 2;

const tag = (field: number, wireType: number): number => (field << 3) | wireType;
const message = (field: number, content: number[]): number[] => [
  tag(field, LENGTH_DELIMITED),
  content.length,
  ...content,
];

/** A repeated float with one element, packed as proto3 does. */
function float(field: number, value: number): number[] {
  return message(field, [...new Uint8Array(new Float32Array([value]).buffer)]);
}
