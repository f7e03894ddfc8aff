/** One training step, with the marks between which everything is measured. */
import { component } from '../model/component.ts';
import type { Scalar, Tf, Variable } from '../model/tensorflow.ts';
import type { Phase } from '../records/quantity.ts';
import type { Differentiate } from './differentiate.ts';
import type { VariableGradients } from './gradients.ts';
import { weighted } from './lossScale.ts';
import type { Optimizer } from './optimizer.ts';

/**
 * m0 inputs ready, before forward · m1 forward's scope has ended · m2 all gradients computed · m3 update done, gradients (unless they are
 * kept) and loss disposed. With several micro-batches m1 and m2 are the last one's, and those before it have m1.1, m2.1, m1.2, …
 */
export type Mark = 'm0' | 'm1' | 'm2' | 'm3' | `m1.${number}` | `m2.${number}`;

/** Every mark of a step, in order. */
export function stepMarks(microBatches: number): Mark[] {
  const earlier = Array.from({ length: microBatches - 1 }, (_, index) => index + 1);
  return ['m0', ...earlier.flatMap((part): Mark[] => [`m1.${part}`, `m2.${part}`]), 'm1', 'm2', 'm3'];
}

/** What runs after a mark; null between steps. */
export function phaseAfter(mark: Mark): Phase | null {
  if (mark === 'm3') return null;
  if (mark === 'm2') return 'optimizer';
  return mark.startsWith('m1') ? 'backward' : 'forward';
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
 * Runs forward and backward of each loss (one per micro-batch, each a mean over as many tokens) and the optimizer once, for the mean of the
 * losses. `mark` must not allocate tensors. A step that throws leaves no gradient, not even a kept one.
 */
export function trainingStep(
  tf: Tf,
  losses: readonly (() => Scalar)[],
  { variables, differentiate, optimizer, gradients, keepGradients, lossScale }: StepParts,
  mark: (mark: Mark) => void,
): void {
  const weight = lossScale / losses.length;
  let loss: Scalar | null = null;
  try {
    gradients.beginStep();
    mark('m0');
    for (const [index, lossOf] of losses.entries()) {
      const earlier = index < losses.length - 1;
      const forwardEnded = (): void => mark(earlier ? `m1.${index + 1}` : 'm1');
      // Backward starts at the loss; each gradient then goes back to the component whose operation it differentiates.
      const { value } = component('loss', () =>
        differentiate(tf, () => weighted(tf, lossOf(), weight), variables, { forwardEnded, sink: gradients }),
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
