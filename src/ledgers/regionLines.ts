/**
 * What TensorFlow's BFC says when it takes memory from the system (bfc_allocator.cc, Extend, at level 1): two lines that belong together,
 * which allocator it is and where the region lies.
 */
const EXTENDING = /\bbfc_allocator\.cc:\d+\] Extending allocation by .* for (\S+?)\.?$/;
/** What it says besides at that level. */
const ELSE = /\bbfc_allocator\.cc:\d+\] (?:Total allocated bytes: |Creating new BFCAllocator |Creating bin )/;
const ALLOCATED = /\bbfc_allocator\.cc:\d+\] Allocated memory at (0x[0-9a-f]+) to (0x[0-9a-f]+)$/;

export interface LoggedRegion {
  readonly allocator: string;
  readonly address: number;
  readonly bytes: number;
}

export class RegionLines {
  /** In the order in which they were taken. */
  readonly regions: LoggedRegion[] = [];
  private allocator = '';

  /** Is it one of these lines? */
  line(text: string): boolean {
    const [, name] = EXTENDING.exec(text) ?? [];
    if (name !== undefined) this.allocator = name;
    const [, from, to] = ALLOCATED.exec(text) ?? [];
    if (from !== undefined && to !== undefined)
      this.regions.push({ allocator: this.allocator, address: Number(from), bytes: Number(to) - Number(from) });
    return name !== undefined || from !== undefined || ELSE.test(text);
  }
}
