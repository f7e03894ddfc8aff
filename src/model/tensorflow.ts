/** The part of TensorFlow.js that the model is written against: types only, so that any backend can be handed in. */
import type * as tfjs from '@tensorflow/tfjs-core';

export type Tf = typeof tfjs;
export type { Scalar, Tensor, Tensor1D, Tensor2D, Tensor3D, Tensor4D, Variable } from '@tensorflow/tfjs-core';
