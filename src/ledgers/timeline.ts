/** What happened to memory, event by event: the allocation log told in the model's words. */
import type { Place } from '../model/component.ts';

/** An allocation that is live, or was. */
export interface Allocation {
  /** TensorFlow's allocation id. */
  readonly id: string;
  readonly requestedBytes: number;
  /** The allocator's chunk. */
  readonly allocatedBytes: number;
  readonly kernel: string;
  /** Null for scratch: an allocation that no handle leads to. */
  readonly handle: number | null;
  /** What the books say of the buffer; 0 for scratch. */
  readonly bookedBytes: number;
  /** Null for scratch. */
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
