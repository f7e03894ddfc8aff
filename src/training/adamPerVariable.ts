/**
 * Adam (Kingma & Ba 2015) with the arithmetic of tfjs's `AdamOptimizer`, bit for bit, and without its memory: tfjs holds the
 * temporaries of all variables until the last is updated, here they go with each statement.
 */
import type { Tensor, Tf, Variable } from '../model/tensorflow.ts';
import { type Optimizer, registeredVariable } from './optimizer.ts';

// As tfjs's Adam has them (optimizer_constructors.ts; backend.ts, EPSILON_FLOAT32).
const BETA_1 = 0.9;
const BETA_2 = 0.999;
const EPSILON = 1e-7;

/** Two moments per parameter and no scalar: the powers of the betas are numbers of JavaScript. */
export function adamPerVariable(tf: Tf, learningRate: number): Optimizer {
  /** By the name of the variable; each is here as soon as it is made, so that a step that fails loses none. */
  const [firstMoments, secondMoments] = [new Map<string, Variable>(), new Map<string, Variable>()];
  const [power1, power2] = [powersInFloat32(BETA_1), powersInFloat32(BETA_2)];

  const zeros = (variable: Variable): Variable => tf.tidy(() => tf.variable(tf.zerosLike(variable), false));
  const moment = (moments: Map<string, Variable>, name: string, variable: Variable): Variable => {
    const made = moments.get(name) ?? zeros(variable);
    moments.set(name, made);
    return made;
  };

  /** At most five tensors of the variable's size at once, in the last statement. */
  function update(name: string, gradient: Tensor | null, correction1: number, correction2: number): void {
    const variable = registeredVariable(tf, name);
    const [first, second] = [moment(firstMoments, name, variable), moment(secondMoments, name, variable)];
    if (gradient === null) return;
    tf.tidy(() => first.assign(tf.add(tf.mul(first, BETA_1), tf.mul(gradient, 1 - BETA_1))));
    tf.tidy(() => second.assign(tf.add(tf.mul(second, BETA_2), tf.mul(tf.square(gradient), 1 - BETA_2))));
    tf.tidy(() => {
      const deviation = tf.tidy(() => tf.add(tf.sqrt(tf.div(second, correction2)), EPSILON));
      const direction = tf.div(tf.div(first, correction1), deviation);
      variable.assign(tf.add(tf.mul(direction, -learningRate), variable));
    });
  }

  return {
    applyGradients(gradients) {
      const [correction1, correction2] = [Math.fround(1 - power1.next()), Math.fround(1 - power2.next())];
      for (const [name, gradient] of Object.entries(gradients)) update(name, gradient, correction1, correction2);
    },
    dispose() {
      for (const moments of [firstMoments, secondMoments]) {
        tf.dispose([...moments.values()]);
        moments.clear();
      }
    },
  };
}

/** β, β², β³, … rounded at each step as a product of two float32: tfjs multiplies them up on the device. */
function powersInFloat32(beta: number): { next(): number } {
  const factor = Math.fround(beta);
  let power = 1;
  return {
    next() {
      power = Math.fround(power * factor);
      return power;
    },
  };
}
