/** What a step needs of an optimizer, and how gradients find their variables. */
import type * as tfjs from '@tensorflow/tfjs-core';
import type { Tensor, Tf, Variable } from '../model/tensorflow.ts';

/** The part of `tf.Optimizer` that a step needs. */
export interface Optimizer {
  /**
   * Updates each variable, by its name. One without a gradient, null, is left as it is, and only the state that its first update would need
   * is made, as tfjs's optimizers do. The gradients stay the caller's.
   */
  applyGradients(gradients: Readonly<Record<string, Tensor | null>>): void;
  /** Frees the optimizer's state, and leaves nothing. */
  dispose(): void;
}

/** tfjs's own. Its types say less than it takes: any tensor for a gradient, and null (adam_optimizer.ts, `applyGradients`). */
export const stock = (optimizer: tfjs.Optimizer): Optimizer => optimizer as unknown as Optimizer;

/** The live variable called `name`, as tfjs's engine knows it. Throws if there is none. */
export function registeredVariable(tf: Tf, name: string): Variable {
  const variable = tf.engine().registeredVariables[name];
  if (variable === undefined) throw new Error(`no variable ${name}`);
  return variable;
}
