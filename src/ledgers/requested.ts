/**
 * `requested`: live bytes asked of TensorFlow's allocator, from its own allocation log. With TF_CPP_VMODULE=log_memory=2 TensorFlow writes a
 * line to stderr for every allocation and deallocation (tensorflow/core/framework/log_memory.cc); the child writes its marks between them,
 * and the parent reads the whole back.
 */
import { writeSync } from 'node:fs';
import { HighWater } from './highWater.ts';
import type { LedgerSource, MarkReading } from './ledger.ts';

const MARK = '@@memproof-mark ';
const STDERR = 2;

/** The child's half: marks between TensorFlow's lines. Synchronous and unbuffered, so the order is that of the events. */
export const allocationLogMarks: LedgerSource = {
  id: 'requested',
  start({ native }) {
    if (native === null) return { reason: 'the javascript backend does not allocate through TensorFlow' };
    return { mark: (mark) => void writeSync(STDERR, `${MARK}${mark}\n`), stop: () => [] };
  },
};

/** The parent's half: line by line to readings. */
export class AllocationLogReader {
  private readonly water = new HighWater();
  private readonly liveBytes = new Map<string, number>();
  /** Lines that are neither marks nor the allocation log: what TensorFlow wanted to say to people. */
  readonly otherLines: string[] = [];
  /** Deallocations of something whose allocation was never logged; 0 in a complete log. */
  unknownDeallocations = 0;

  line(text: string): void {
    if (text.startsWith(MARK)) {
      this.water.mark(text.slice(MARK.length));
      return;
    }
    const event = /__LOG_MEMORY__ (MemoryLog\w+) \{ (.*)/.exec(text);
    if (event === null) {
      if (text !== '') this.otherLines.push(text);
      return;
    }
    const [, kind, fields = ''] = event;
    const id = field(fields, 'allocation_id');
    if (kind === 'MemoryLogTensorAllocation') {
      this.allocated(id, Number(field(fields, 'requested_bytes')), field(fields, 'kernel_name'));
    } else if (kind === 'MemoryLogRawAllocation') {
      this.allocated(id, Number(field(fields, 'num_bytes')), field(fields, 'operation'));
    } else if (kind === 'MemoryLogTensorDeallocation' || kind === 'MemoryLogRawDeallocation') {
      this.freed(id);
    }
  }

  readings(): readonly MarkReading[] {
    return this.water.stop();
  }

  /** An id is logged again when an op passes its input on as its output; it counts once. Ids are never reused. */
  private allocated(id: string, bytes: number, kernel: string): void {
    if (this.liveBytes.has(id)) return;
    this.liveBytes.set(id, bytes);
    this.water.add(bytes, kernel);
  }

  private freed(id: string): void {
    const bytes = this.liveBytes.get(id);
    if (bytes === undefined) {
      this.unknownDeallocations += 1;
      return;
    }
    this.liveBytes.delete(id);
    this.water.add(-bytes, '');
  }
}

/** The value of a protobuf text field, without quotes; protobuf leaves a field out when it is 0 or empty. */
function field(text: string, name: string): string {
  return new RegExp(`\\b${name}: "?([^" }]+)"?`).exec(text)?.[1] ?? '0';
}
