/** tfjs's tape from outside: the part of tfjs-core 4.22.0's engine (engine.ts, tape.ts) that both kinds of differentiation stand on. */
import type { Tensor, Tf } from '../model/tensorflow.ts';

/** An operation as it was recorded. */
export interface TapeNode {
  readonly id: number;
  readonly kernelName: string;
  readonly inputs: Readonly<Record<string, Tensor>>;
  readonly outputs: readonly Tensor[];
  /** Clones of what its gradient needs: kept past every scope until somebody disposes them. */
  readonly saved: readonly Tensor[];
  /** Absent where tfjs knows no gradient. */
  readonly gradient?: (dys: readonly (Tensor | null)[]) => Readonly<Record<string, () => Tensor>>;
}

export interface Engine {
  state: {
    activeTape: TapeNode[] | null;
    activeScope: { readonly id: number; readonly name: string } | null;
    readonly gradientDepth: number;
  };
  startTape(): void;
  endTape(): void;
  endScope(result?: unknown): void;
  scopedRun<T>(start: () => void, end: () => void, run: () => T): T;
  tidy<T>(name: string, run: () => T): T;
  keep(tensor: Tensor): Tensor;
  gradients<T>(
    f: () => T,
    xs: readonly Tensor[],
    dy: Tensor | undefined,
    allowNoGradients: boolean,
  ): { readonly value: T; readonly grads: readonly (Tensor | null | undefined)[] };
}

export const engineOf = (tf: Tf): Engine => tf.engine() as unknown as Engine;

/** Disposes what a node has saved. */
export function freeSaved({ saved }: TapeNode): void {
  for (const tensor of saved) tensor.dispose(); // twice is no harm
}

/**
 * Gives `run` a tape of its own: the one that was active is put back afterwards, so that gradients can be computed within a backward.
 * If `run` throws, everything that tfjs has kept for the tape is disposed, and what was handed to `own`. tfjs itself would leave it.
 */
export function withOwnTape<T>(tf: Tf, run: (own: <O extends Tensor>(tensor: O) => O) => T): T {
  const engine = engineOf(tf);
  const { keep } = engine;
  const { activeTape } = engine.state;
  // Not the tape alone: what a custom gradient has saved is on no tape yet while its forward runs.
  const made: Tensor[] = [];
  const own = <O extends Tensor>(tensor: O): O => {
    made.push(tensor);
    return tensor;
  };
  engine.keep = function keepNoted(tensor) {
    return keep.call(this, own(tensor));
  };
  try {
    return run(own);
  } catch (error) {
    for (const tensor of made) tensor.dispose();
    throw error;
  } finally {
    engine.keep = keep;
    engine.state.activeTape = activeTape;
  }
}

/** The nodes that lead from any of `xs` to `y`, in their order, with only those inputs that depend on `xs` (tape.ts, getFilteredNodesXToY). */
export function pathBetween(tape: readonly TapeNode[], xs: readonly Tensor[], y: Tensor): TapeNode[] {
  const fromXs = new Set(xs.map(({ id }) => id));
  const onWay: TapeNode[] = [];
  for (const node of tape) {
    if (!Object.values(node.inputs).some(({ id }) => fromXs.has(id))) continue;
    for (const { id } of node.outputs) fromXs.add(id);
    onWay.push(node);
  }
  const toY = new Set([y.id]);
  const path: TapeNode[] = [];
  for (const node of onWay.toReversed()) {
    if (!node.outputs.some(({ id }) => toY.has(id))) continue;
    for (const { id } of Object.values(node.inputs)) toY.add(id);
    const dependent = Object.entries(node.inputs).filter(([, { id }]) => fromXs.has(id));
    path.push({ ...node, inputs: Object.fromEntries(dependent) });
  }
  return path.toReversed();
}
