/** The gradient of each variable on its way: summed over micro-batches, given to the optimizer, and kept for the next step where PyTorch would. */
import { component } from '../model/component.ts';
import type { Tensor, Tf, Variable } from '../model/tensorflow.ts';
import type { GradientSink } from './differentiate.ts';

export class VariableGradients implements GradientSink {
  private readonly tf: Tf;
  private readonly variables: readonly Variable[];
  private readonly held: (Tensor | null)[];
  /** Variables whose gradient is that of the step before: its values count no more, its memory does until the new one comes. */
  private readonly outdated = new Set<number>();

  constructor(tf: Tf, variables: readonly Variable[]) {
    this.tf = tf;
    this.variables = variables;
    this.held = variables.map(() => null);
  }

  /** PyTorch's `zero_grad(set_to_none=False)`: what is held stays, and is worth nothing. */
  beginStep(): void {
    for (const [index, gradient] of this.held.entries()) if (gradient !== null) this.outdated.add(index);
  }

  arriving(index: number): void {
    if (!this.outdated.delete(index)) return;
    this.held[index]?.dispose();
    this.held[index] = null;
  }

  /** Adds to what earlier micro-batches gave. */
  complete(index: number, gradient: Tensor): Tensor {
    const before = this.held[index] ?? null;
    const sum = before === null ? gradient : this.tf.add(before, gradient);
    if (before !== null) this.tf.dispose([before, gradient]);
    this.held[index] = sum;
    return sum;
  }

  /** Divides every gradient by the scale of the loss, one variable at a time. Nothing happens where the scale is 1. */
  unscale(scale: number): void {
    if (scale === 1) return;
    component('gradients', () => {
      for (const [index, scaled] of this.held.entries()) {
        if (scaled === null || this.outdated.has(index)) continue;
        this.held[index] = this.tf.div(scaled, scale);
        scaled.dispose();
      }
    });
  }

  /** Of this step, in the order of the variables; what the loss does not depend on is left out. */
  byVariable(): Record<string, Tensor> {
    const found = this.variables.flatMap(({ name }, index) => {
      const gradient = this.held[index] ?? null;
      return gradient === null || this.outdated.has(index) ? [] : [[name, gradient] as const];
    });
    return Object.fromEntries(found);
  }

  dispose(): void {
    for (const gradient of this.held) gradient?.dispose();
    this.held.fill(null);
    this.outdated.clear();
  }
}
