/** What a formula knows of, found out by asking it again about a configuration that differs in one thing. Nothing is declared. */
import { perturbed } from '../config/perturb.ts';
import { resolveConfig } from '../config/resolve.ts';
import type { RunConfig } from '../config/schema.ts';
import type { Quantity } from '../records/quantity.ts';
import { type Estimator, groundOf, type Prediction } from './estimator.ts';

export interface Knowledge {
  /** Activations or a peak have a term in batch × sequence × vocabulary. */
  readonly logits: boolean;
  /** A prediction changes where the same width and the same parameters are divided among another number of heads. */
  readonly heads: boolean;
  /** A prediction changes between SGD and Adam. */
  readonly optimizer: boolean;
}

/** Which of the three a formula knows: in this configuration, on its nearest ground, or on its ground in a plain one. */
export function knowledgeOf(estimator: Estimator, config: RunConfig): Knowledge {
  const bases = [config, resolveConfig({})].flatMap((base) => [base, groundOf(estimator, base).config]);
  const knows = (shown: (estimator: Estimator, base: RunConfig) => boolean) =>
    bases.some((base) => shown(estimator, base));
  return { logits: knows(showsLogits), heads: knows(showsHeads), optimizer: knows(showsOptimizer) };
}

/** Where logits can be: most sets have them in their activations, some in a peak alone. */
const WITH_ACTIVATIONS: readonly Quantity[] = [
  'activations',
  'forward-peak',
  'backward-peak',
  'step-peak',
  'inference-peak',
];

/** Least bytes per logit that count as a term of its own: one byte spread over 64 devices. Roundings are far below. */
const LEAST_BYTES_PER_LOGIT = 1 / 64;

/**
 * f(2V, 2B) − f(2V, B) − f(V, 2B) + f(V, B) is what only a term in both V and B leaves: weights have V alone, other activations B alone.
 * Of the quantities that a set predicts, the first that holds activations decides; a peak may be the larger of two, which is no product.
 */
function showsLogits(estimator: Estimator, base: RunConfig): boolean {
  const { vocabularySize: V } = base.model;
  const { size: B, sequenceLength: S } = base.batch;
  const quantity = WITH_ACTIVATIONS.find((name) => estimator.predicts.some((entry) => entry.quantity === name));
  if (quantity === undefined) return false;
  const at = (vocabularySize: number, size: number) =>
    bytesOf(estimator, perturbed(base, { 'model.vocabularySize': vocabularySize, 'batch.size': size }), quantity);
  const [both, vocabulary, batch, neither] = [at(2 * V, 2 * B), at(2 * V, B), at(V, 2 * B), at(V, B)];
  if (both === null || vocabulary === null || batch === null || neither === null) return false;
  return both - vocabulary - batch + neither >= LEAST_BYTES_PER_LOGIT * B * S * V;
}

function showsHeads(estimator: Estimator, base: RunConfig): boolean {
  const { heads, keyValueHeads, headSize } = base.model;
  return [2, 1 / 2, 3, 1 / 3].some((factor) => {
    const changed = {
      'model.heads': heads * factor,
      'model.keyValueHeads': keyValueHeads * factor,
      'model.headSize': headSize / factor,
    };
    return differs(estimator, base, perturbed(base, changed));
  });
}

const showsOptimizer = (estimator: Estimator, base: RunConfig): boolean =>
  differs(estimator, perturbed(base, { 'step.optimizer': 'sgd' }), perturbed(base, { 'step.optimizer': 'adam' }));

/** Is there a quantity with a number for both, and not the same? */
function differs(estimator: Estimator, one: RunConfig | null, other: RunConfig | null): boolean {
  if (one === null || other === null) return false;
  const [before, after] = [estimator.predict(one), estimator.predict(other)];
  return estimator.predicts.some(({ quantity }) => {
    const [a, b] = [totalOf(before[quantity]), totalOf(after[quantity])];
    return a !== null && b !== null && a !== b;
  });
}

const totalOf = (prediction: Prediction | undefined): number | null =>
  prediction?.kind === 'bytes' ? prediction.total : null;

const bytesOf = (estimator: Estimator, config: RunConfig | null, quantity: Quantity): number | null =>
  config === null ? null : totalOf(estimator.predict(config)[quantity]);
