/**
 * What the allocations of one operation are for. Those that it frees itself are its temporaries; of those that are left, each is an output,
 * or the copy of an operand that lies on the host of a GPU, which TensorFlow makes before the kernel runs and keeps as long as the operand's
 * handle (a "mirror": execute.cc, CopyInputToExpectedDevice; tensor_handle.cc, AddLocalMirror), or else memory that the kernel keeps.
 */
import type { HostOperandLine, OutputLine } from './eventLines.ts';

/** What the log tells of an allocation that outlives its operation. */
export interface Surviving {
  readonly id: string;
  readonly requestedBytes: number;
  /** Null where nobody says. */
  readonly kernel: string | null;
}

export interface Explained {
  /** By allocation id. */
  readonly outputs: ReadonlyMap<string, OutputLine>;
  readonly mirrors: ReadonlyMap<string, HostOperandLine>;
}

/** tensor.cc: memory that no kernel asked its context for. Copies to the device are such, outputs hardly ever. */
const NO_KERNEL = 'Unknown';

/**
 * `survivors` in the log's order, `outputs` in the operation's; both are told apart by their bytes. `unmirrored` are the operands on the
 * host that have no copy on the device yet.
 */
export function explainAllocations(
  survivors: readonly Surviving[],
  outputs: readonly OutputLine[],
  unmirrored: readonly HostOperandLine[],
): Explained {
  if (unmirrored.length === 0) return { outputs: matchBytes(survivors, outputs), mirrors: new Map() };
  const named = matchBytes(
    survivors.filter(({ kernel }) => kernel !== NO_KERNEL),
    outputs,
  );
  const nameless = survivors.filter(({ kernel }) => kernel === NO_KERNEL);
  // Every output was allocated somewhere, and after all copies: what is still wanted is looked for from the end.
  const wanted = outputs.filter((output) => ![...named.values()].includes(output));
  const late = matchBytes(nameless.toReversed(), wanted.toReversed());
  const copies = nameless.filter(({ id }) => !late.has(id));
  return { outputs: new Map([...named, ...late]), mirrors: matchBytes(copies, unmirrored) };
}

function matchBytes<Line extends { readonly bytes: number }>(
  allocations: readonly Surviving[],
  lines: readonly Line[],
): Map<string, Line> {
  const unmatched = [...lines];
  const matched = new Map<string, Line>();
  for (const { id, requestedBytes } of allocations) {
    const at = unmatched.findIndex(({ bytes }) => bytes === requestedBytes);
    if (at === -1) continue;
    for (const line of unmatched.splice(at, 1)) matched.set(id, line);
  }
  return matched;
}
