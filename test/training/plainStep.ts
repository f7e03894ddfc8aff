/** Steps and gradients of stock tfjs for every variable that is registered, for tests about something else. */
import type { Scalar, Tensor, Tf, Variable } from '../../src/model/tensorflow.ts';
import type { Mark } from '../../src/records/mark.ts';
import type { Differentiate } from '../../src/training/differentiate.ts';
import { VariableGradients } from '../../src/training/gradients.ts';
import type { Optimizer } from '../../src/training/optimizer.ts';
import { retaining } from '../../src/training/retaining.ts';
import { trainingStep } from '../../src/training/step.ts';

/** Of every variable that exists, in the order of creation. */
export const everyVariable = (tf: Tf): Variable[] =>
  Object.values((tf.engine() as unknown as { registeredVariables: Record<string, Variable> }).registeredVariables);

export interface LossAndGradients {
  readonly loss: Scalar;
  readonly byVariable: Record<string, Tensor>;
}

export function gradientsBy(
  differentiate: Differentiate,
  tf: Tf,
  loss: () => Scalar,
  forwardEnded: () => void = () => {},
): LossAndGradients {
  const variables = everyVariable(tf);
  const { value, gradients } = differentiate(tf, loss, variables, { forwardEnded });
  const named = variables.map(({ name }, index) => [name, gradients[index]] as const);
  return { loss: value, byVariable: Object.fromEntries(named.filter(([, gradient]) => gradient !== null)) as never };
}

export const retainingGradients = (tf: Tf, loss: () => Scalar, forwardEnded: () => void): LossAndGradients =>
  gradientsBy(retaining, tf, loss, forwardEnded);

/** One step on one batch; gradients are freed. */
export function plainStep(tf: Tf, loss: () => Scalar, optimizer: Optimizer, mark: (mark: Mark) => void): void {
  const variables = everyVariable(tf);
  const gradients = new VariableGradients(tf, variables);
  const parts = { variables, optimizer, gradients, differentiate: retaining, keepGradients: false, lossScale: 1 };
  trainingStep(tf, [{ loss }], parts, mark);
}
