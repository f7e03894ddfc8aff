/** The optimizers of a step, by the name that a configuration has for them: tfjs's own, and two that tfjs lacks. */
import type { OptimizerName } from '../config/schema.ts';
import { component } from '../model/component.ts';
import type { Scalar, Tf } from '../model/tensorflow.ts';
import { adamPerVariable } from './adamPerVariable.ts';
import { adamW } from './adamW.ts';
import { type Optimizer, stock } from './optimizer.ts';

// Neither changes a byte.
const LEARNING_RATE = 1e-3;
const MOMENTUM = 0.9;

const CREATE: Readonly<Record<OptimizerName, (tf: Tf, learningRate: number) => Optimizer>> = {
  adam: (tf, learningRate) => stock(tf.train.adam(learningRate)), // Kingma & Ba 2015
  adamw: adamW,
  sgd: (tf, learningRate) => stock(tf.train.sgd(learningRate)),
  momentum,
  rmsprop: (tf, learningRate) => stock(tf.train.rmsprop(learningRate)), // Tieleman & Hinton 2012, lecture 6.5
  adagrad: (tf, learningRate) => stock(tf.train.adagrad(learningRate)), // Duchi et al. 2011
  adamax: (tf, learningRate) => stock(tf.train.adamax(learningRate)), // Kingma & Ba 2015, section 7.1
  'adam-per-variable': adamPerVariable,
};

/** All that an optimizer keeps from the start belongs to the component `optimizer`. */
export const createOptimizer = (tf: Tf, name: OptimizerName, learningRate = LEARNING_RATE): Optimizer =>
  component('optimizer', () => CREATE[name](tf, learningRate));

/** Heavy-ball momentum (Polyak 1964). tfjs's `dispose` forgets the scalar that it inherits from SGD (momentum_optimizer.ts). */
function momentum(tf: Tf, learningRate: number): Optimizer {
  const stockMomentum = tf.train.momentum(learningRate, MOMENTUM);
  const optimizer = stock(stockMomentum);
  const { c: negativeLearningRate } = stockMomentum as unknown as { readonly c: Scalar };
  return {
    applyGradients: (gradients) => optimizer.applyGradients(gradients),
    dispose() {
      optimizer.dispose();
      negativeLearningRate.dispose();
    },
  };
}
