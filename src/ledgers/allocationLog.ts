/**
 * TensorFlow's allocation log, line by line. With TF_CPP_VMODULE=log_memory=2 it writes a protobuf in text form to stderr for every
 * allocation and deallocation (tensorflow/core/framework/log_memory.cc and log_memory.proto).
 */
import { timeOf } from './logTime.ts';

export type LogEvent =
  | {
      readonly kind: 'allocation';
      /** Never used again by the same allocator; two allocators may use the same. Null if it gives none, as cuda_malloc_async. */
      readonly id: string | null;
      /** Where it lies, as a decimal number. It is used again. */
      readonly address: string | null;
      readonly requestedBytes: number;
      /** The allocator's chunk; null where the log does not tell it (raw allocations). */
      readonly allocatedBytes: number | null;
      /** The kernel, or for a raw allocation the operation (`TF_NewTensor` for an upload). */
      readonly kernel: string;
      readonly raw: boolean;
      readonly allocator: string;
      readonly timeUs: number | null;
    }
  | {
      readonly kind: 'deallocation';
      readonly id: string | null;
      readonly allocator: string;
      readonly timeUs: number | null;
    }
  /** Belongs to the log, but cannot be read: torn, two lines run together, or a field is missing. */
  | { readonly kind: 'damaged'; readonly text: string }
  /** A message of the log that is not about memory (`MemoryLogStep`), or that this version of TensorFlow has newly. */
  | { readonly kind: 'unknown'; readonly message: string };

const LOG_LINE = '__LOG_MEMORY__';
const SILENT = new Set(['MemoryLogStep', 'MemoryLogTensorOutput']); // no bytes: an output was allocated before

/** Null for a line that is not of the log. */
export function parseLogLine(line: string): LogEvent | null {
  const at = line.indexOf(LOG_LINE);
  if (at === -1) return null;
  const damaged = { kind: 'damaged', text: line.slice(0, 200) } as const;
  const [, message, fields] = /^__LOG_MEMORY__ (\w+) \{(.*)\}$/.exec(line.slice(at)) ?? [];
  if (message === undefined || fields === undefined || fields.includes(LOG_LINE)) return damaged;
  const timeUs = timeOf(line);
  const id = field(fields, 'allocation_id');
  switch (message) {
    case 'MemoryLogTensorAllocation': {
      const description = /allocation_description \{(.*)/.exec(fields)?.[1];
      if (description === undefined) return { kind: 'unknown', message: '' }; // a tensor without elements is not allocated
      return {
        kind: 'allocation',
        id,
        address: field(description, 'ptr'),
        requestedBytes: Number(field(description, 'requested_bytes') ?? 0), // protobuf leaves zeros out
        allocatedBytes: Number(field(description, 'allocated_bytes') ?? 0),
        kernel: field(fields, 'kernel_name') ?? 'unknown',
        raw: false,
        allocator: field(description, 'allocator_name') ?? '',
        timeUs,
      };
    }
    case 'MemoryLogRawAllocation':
      return {
        kind: 'allocation',
        id,
        address: field(fields, 'ptr'),
        requestedBytes: Number(field(fields, 'num_bytes') ?? 0),
        allocatedBytes: null,
        kernel: field(fields, 'operation') ?? 'unknown',
        raw: true,
        allocator: field(fields, 'allocator_name') ?? '',
        timeUs,
      };
    case 'MemoryLogTensorDeallocation':
    case 'MemoryLogRawDeallocation':
      return { kind: 'deallocation', id, allocator: field(fields, 'allocator_name') ?? '', timeUs };
    default:
      return { kind: 'unknown', message: SILENT.has(message) ? '' : message };
  }
}

function field(text: string, name: string): string | null {
  return (
    new RegExp(`\\b${name}: (?:"([^"]*)"|([-\\w.]+))`)
      .exec(text)
      ?.slice(1)
      .find((value) => value !== undefined) ?? null
  );
}
