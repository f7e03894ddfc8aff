/** What happened to memory, event by event: the allocation log told in the model's words. */
import type { Place } from '../model/component.ts';

/** What an allocation is for: a handle's buffer; what a kernel needs while it runs; a copy of a host operand; what a kernel keeps. */
export type Role = 'buffer' | 'temporary' | 'mirror' | 'kept';

/** An allocation that is live, or was. */
export interface Allocation {
  /** TensorFlow's allocation id. */
  readonly id: string;
  readonly requestedBytes: number;
  /** The allocator's chunk. */
  readonly allocatedBytes: number;
  readonly kernel: string;
  readonly role: Role;
  /** Null for all but buffers: no handle leads to them. */
  readonly handle: number | null;
  /** What the books say of the buffer; 0 where there is none. */
  readonly bookedBytes: number;
  /** Null where there is no buffer. */
  readonly shape: readonly number[] | null;
  readonly dtype: number | null;
  place: Place;
  /** What keeps it beside the running operation: variables, the tape. Grows as the story goes on. */
  readonly heldBy: string[];
}

export type TimelineEvent =
  | { readonly kind: 'allocated'; readonly allocation: Allocation; readonly timeUs: number | null }
  | { readonly kind: 'freed'; readonly allocation: Allocation; readonly timeUs: number | null }
  | { readonly kind: 'moved'; readonly allocation: Allocation; readonly from: Place; readonly to: Place }
  | { readonly kind: 'mark'; readonly mark: string };
