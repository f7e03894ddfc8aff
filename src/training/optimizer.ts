/** The optimizer of a step: stock tfjs. Learning rate and the like never change the bytes. */
import type * as tfjs from '@tensorflow/tfjs-core';
import { component } from '../model/component.ts';
import type { Tf } from '../model/tensorflow.ts';

const LEARNING_RATE = 1e-3;

/** Adam (Kingma & Ba 2015): two moments per parameter, and the two running powers of its betas. */
export const createAdam = (tf: Tf, learningRate = LEARNING_RATE): tfjs.Optimizer =>
  component('optimizer', () => tf.train.adam(learningRate));
