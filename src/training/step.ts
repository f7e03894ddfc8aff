/** One training step, with the four marks between which everything is measured. */
import { component } from '../model/component.ts';
import type { Scalar, Tf } from '../model/tensorflow.ts';
import { retainingGradients } from './gradients.ts';
import type { Optimizer } from './optimizer.ts';

/** m0 inputs ready, before forward · m1 forward's scope has ended · m2 all gradients computed · m3 update done, gradients and loss disposed. */
export const MARKS = ['m0', 'm1', 'm2', 'm3'] as const;
export type Mark = (typeof MARKS)[number];

/** Runs forward, backward and the optimizer once. `mark` must not allocate tensors. */
export function trainingStep(tf: Tf, loss: () => Scalar, optimizer: Optimizer, mark: (mark: Mark) => void): void {
  mark('m0');
  // Backward starts at the loss; each gradient then goes back to the component whose operation it differentiates.
  const gradients = component('loss', () => retainingGradients(tf, loss, () => mark('m1')));
  mark('m2');
  component('optimizer', () => optimizer.applyGradients(gradients.byVariable));
  tf.dispose(gradients.byVariable);
  gradients.loss.dispose();
  mark('m3');
}
