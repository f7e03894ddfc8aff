/**
 * Forward and backward that free as PyTorch does: what an operation has saved dies when its gradient is computed, and so does the gradient
 * that came in. The gradient functions are tfjs's own and run in its order, so the bits are those of `retaining.ts`.
 */
import { currentPlace, enterPlace, type Place } from '../model/component.ts';
import type { Tensor, Tf } from '../model/tensorflow.ts';
import type { Differentiate, DifferentiateOptions } from './differentiate.ts';
import { engineOf, freeSaved, pathBetween, type TapeNode, withOwnTape } from './tape.ts';

export const freeing: Differentiate = (tf, f, xs, options = {}) =>
  withOwnTape(tf, (own) => {
    const engine = engineOf(tf);
    if (engine.state.gradientDepth > 0) throw new Error('a freeing backward has no gradients of gradients');
    const value = engine.scopedRun(
      () => engine.startTape(),
      () => engine.endTape(),
      () => engine.tidy('forward', () => own(f())),
    );
    options.forwardEnded?.();
    const tape = engine.state.activeTape ?? [];
    const path = pathBetween(tape, xs, value);
    const needed = new Set(path.map(({ id }) => id));
    for (const node of tape) if (!needed.has(node.id)) freeSaved(node);
    return engine.tidy('backward', () => ({ value, gradients: goBack(tf, path, value, xs, options) }));
  });

/** Walks `path` from its end, with a gradient for each tensor that has got one so far. */
function goBack(
  tf: Tf,
  path: readonly TapeNode[],
  value: Tensor,
  xs: readonly Tensor[],
  { dy, sink }: DifferentiateOptions,
): (Tensor | null)[] {
  const indexOfX = new Map(xs.map(({ id }, index) => [id, index]));
  const partsToCome = countInputs(path);
  const sums = new Map<number, Tensor>([[value.id, dy ?? tf.ones(value.shape)]]);

  const add = (id: number, part: Tensor): void => {
    const before = sums.get(id);
    const index = sink === undefined ? undefined : indexOfX.get(id);
    if (before === undefined && index !== undefined) sink?.arriving(index);
    let sum = part;
    if (before !== undefined) {
      sum = tf.add(before, part);
      before.dispose();
      part.dispose();
    }
    const remaining = (partsToCome.get(id) ?? 1) - 1;
    partsToCome.set(id, remaining);
    sums.set(id, remaining === 0 && index !== undefined && sink !== undefined ? sink.complete(index, sum) : sum);
  };

  for (const node of path.toReversed()) {
    const parts = gradientsOf(
      tf,
      node,
      node.outputs.map(({ id }) => sums.get(id) ?? null),
    );
    for (const { id } of node.outputs) {
      const consumed = sums.get(id);
      if (consumed === undefined || consumed === dy || indexOfX.has(id)) continue;
      consumed.dispose();
      sums.delete(id);
    }
    freeSaved(node);
    for (const { id, part, place } of parts) {
      enterPlace(place); // a sum belongs where its later part does
      add(id, part);
    }
  }
  return xs.map(({ id }) => {
    const sum = sums.get(id);
    return sum === undefined ? null : sum === dy ? tf.clone(sum) : sum;
  });
}

/** A gradient of one of a node's inputs: all of it, or a part. */
interface Part {
  /** Of the input. */
  readonly id: number;
  readonly part: Tensor;
  /** Where its computation ended. */
  readonly place: Place;
}

/** Everything that a gradient function makes beside its results dies with the node. */
function gradientsOf(tf: Tf, { kernelName, gradient, inputs }: TapeNode, dys: readonly (Tensor | null)[]): Part[] {
  const engine = engineOf(tf);
  if (gradient === undefined)
    throw new Error(`Cannot compute gradient: gradient function not found for ${kernelName}.`);
  return engine.tidy('gradient', () => {
    const closures = gradient(dys);
    const scope = engine.state.activeScope?.id;
    const given = new Set<Tensor>();
    return Object.entries(inputs).map(([name, input]) => {
      const closure = closures[name];
      if (closure === undefined) throw new Error(`Cannot backprop through input ${name} of ${kernelName}.`);
      const result = engine.tidy('input gradient', closure);
      requireLike(input, result, `${kernelName}, input ${name}`);
      // A function may hand on what it was given, or one result for two inputs; each part is disposed on its own.
      const made = (result as Tensor & { scopeId?: number }).scopeId === scope && !given.has(result);
      const part = made ? result : tf.clone(result);
      given.add(part);
      return { id: input.id, part, place: currentPlace() };
    });
  });
}

function requireLike(input: Tensor, gradient: Tensor, where: string): void {
  if (gradient.dtype === 'float32' && String(gradient.shape) === String(input.shape)) return;
  throw new Error(`Error in gradient of ${where}: ${gradient.dtype} [${gradient.shape}] for [${input.shape}]`);
}

/** How many parts the gradient of each tensor has. */
function countInputs(path: readonly TapeNode[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const { inputs } of path) {
    for (const { id } of Object.values(inputs)) counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return counts;
}
