/**
 * What cuda_malloc_async says of itself. It gives its allocations no ids (it does not override Allocator::AllocationId), so TensorFlow's
 * allocation log tells of a deallocation only that there was one. With TF_CPP_VMODULE=gpu_cudamallocasync_allocator=10 the allocator names
 * the address of everything that it gives and gets back (gpu_cudamallocasync_allocator.cc, AllocateRaw and DeallocateRaw).
 */
import { timeOf } from './logTime.ts';

export type AsyncEvent =
  | { readonly kind: 'given'; readonly allocator: string; readonly address: string }
  | {
      readonly kind: 'taken-back';
      readonly allocator: string;
      readonly address: string;
      readonly timeUs: number | null;
    }
  /** The allocator says something else to those who debug it. */
  | { readonly kind: 'chatter' };

/** Null for a line that is not one of the allocator's; errors are not either, they are for people. Addresses are decimal numbers. */
export function parseAsyncLine(line: string): AsyncEvent | null {
  const [, words] = /^\S+ \S+: I \S*gpu_cudamallocasync_allocator\.cc:\d+\] (.*)$/.exec(line) ?? [];
  if (words === undefined) return null;
  const [, allocator, what, pointer] = /^(\S+) (Allocated \d+ at|Freed ptr:) (0x[0-9a-f]+)$/.exec(words) ?? [];
  if (allocator === undefined || what === undefined || pointer === undefined) return { kind: 'chatter' };
  const address = BigInt(pointer).toString();
  if (what !== 'Freed ptr:') return { kind: 'given', allocator, address };
  return { kind: 'taken-back', allocator, address, timeUs: timeOf(line) };
}

/** Ids for allocations that have only an address, which is used again and again. */
export class AddressIds {
  private readonly live = new Map<string, { readonly id: string; logged: boolean }>();
  private readonly speakers = new Set<string>();
  private given = 0;

  give(allocator: string, address: string): void {
    this.given += 1;
    this.speakers.add(allocator);
    this.live.set(address, { id: `${address}#${this.given}`, logged: false });
  }

  /** The id of what lies there now and is told in TensorFlow's log; null if the allocator never gave it. */
  idOf(address: string): string | null {
    const allocation = this.live.get(address);
    if (allocation === undefined) return null;
    allocation.logged = true;
    return allocation.id;
  }

  /** The id that it had; null if TensorFlow's log never told of it. */
  takeBack(address: string): string | null {
    const allocation = this.live.get(address);
    this.live.delete(address);
    return allocation?.logged ? allocation.id : null;
  }

  /** Did this allocator tell what it gave? */
  speaks(allocator: string): boolean {
    return this.speakers.has(allocator);
  }
}
