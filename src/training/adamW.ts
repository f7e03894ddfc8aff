/** Adam with decoupled weight decay (Loshchilov & Hutter 2019, algorithm 2), over tfjs's Adam. */
import type { Tf } from '../model/tensorflow.ts';
import { type Optimizer, registeredVariable, stock } from './optimizer.ts';

const WEIGHT_DECAY = 0.01; // PyTorch's default

/**
 * Every variable decays, biases and gains too, by learning rate · weight decay. It decays before Adam's update, which does not
 * see it: the gradients are computed already. One variable is copied at a time, so Adam's peak stays that of the step.
 */
export function adamW(tf: Tf, learningRate: number): Optimizer {
  const adam = stock(tf.train.adam(learningRate));
  const kept = 1 - learningRate * WEIGHT_DECAY;
  return {
    applyGradients(gradients) {
      for (const [name, gradient] of Object.entries(gradients)) {
        if (gradient === null) continue;
        const variable = registeredVariable(tf, name);
        tf.tidy(() => variable.assign(tf.mul(variable, kept)));
      }
      adam.applyGradients(gradients);
    },
    dispose: () => adam.dispose(),
  };
}
