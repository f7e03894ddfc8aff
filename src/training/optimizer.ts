/** What a step needs of an optimizer, and how gradients find their variables. */
import type { Tensor, Tf, Variable } from '../model/tensorflow.ts';

/** The part of `tf.Optimizer` that a step needs. */
export interface Optimizer {
  /** Updates each variable that has a gradient, by the variable's name. The gradients stay the caller's. */
  applyGradients(gradients: Record<string, Tensor>): void;
  /** Frees the optimizer's state, and leaves nothing. */
  dispose(): void;
}

/** The live variable called `name`, as tfjs's engine knows it. Throws if there is none. */
export function registeredVariable(tf: Tf, name: string): Variable {
  const variable = tf.engine().registeredVariables[name];
  if (variable === undefined) throw new Error(`no variable ${name}`);
  return variable;
}
