/** One training step, with the marks between which everything is measured. */
import { component } from '../model/component.ts';
import type { Scalar, Tensor2D, Tf, Variable } from '../model/tensorflow.ts';
import type { Mark } from '../records/mark.ts';
import type { Differentiate } from './differentiate.ts';
import type { VariableGradients } from './gradients.ts';
import { weighted } from './lossScale.ts';
import type { Optimizer } from './optimizer.ts';

/** What one micro-batch is learned from. */
export interface MicroBatch {
  /** Labels that are made before forward, outside of what is differentiated. The step frees them after backward. */
  readonly labels?: () => Tensor2D;
  /** Its mean loss, by those labels where there are any. */
  loss(labels?: Tensor2D): Scalar;
}

export interface StepParts {
  readonly variables: readonly Variable[];
  readonly differentiate: Differentiate;
  readonly optimizer: Optimizer;
  readonly gradients: VariableGradients;
  /** Gradients stay after the step, until the next one brings new ones. */
  readonly keepGradients: boolean;
  /** How many times too large the gradients are computed. */
  readonly lossScale: number;
}

/**
 * Runs forward and backward of each micro-batch (each loss a mean over as many tokens) and the optimizer once, for the mean of the losses.
 * `mark` must not allocate tensors. A step that throws leaves no gradient, not even a kept one.
 */
export function trainingStep(
  tf: Tf,
  microBatches: readonly MicroBatch[],
  { variables, differentiate, optimizer, gradients, keepGradients, lossScale }: StepParts,
  mark: (mark: Mark) => void,
): void {
  const weight = lossScale / microBatches.length;
  let loss: Scalar | null = null;
  try {
    gradients.beginStep();
    mark('m0');
    for (const [index, microBatch] of microBatches.entries()) {
      const earlier = index < microBatches.length - 1;
      const forwardEnded = (): void => mark(earlier ? `m1.${index + 1}` : 'm1');
      const labels = microBatch.labels?.();
      const lossOf = (): Scalar => weighted(tf, microBatch.loss(labels), weight);
      // Backward starts at the loss; each gradient then goes back to the component whose operation it differentiates.
      const { value } = disposedAfter(labels, () =>
        component('loss', () => differentiate(tf, lossOf, variables, { forwardEnded, sink: gradients })),
      );
      if (earlier) {
        value.dispose();
        mark(`m2.${index + 1}`);
      } else loss = value;
    }
    mark('m2');
    gradients.unscale(lossScale);
    component('optimizer', () => optimizer.applyGradients(gradients.byVariable()));
    if (!keepGradients) gradients.dispose();
    loss?.dispose();
    mark('m3');
  } catch (error) {
    gradients.dispose();
    loss?.dispose();
    throw error;
  }
}

function disposedAfter<T>(labels: Tensor2D | undefined, run: () => T): T {
  try {
    return run();
  } finally {
    labels?.dispose();
  }
}
