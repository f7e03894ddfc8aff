/** A small formula that obeys every law, and ways to make it break one. Its terms are invented: only how they grow is as in truth. */
import type { RunConfig } from '../../../src/config/schema.ts';
import { type Estimator, itemised } from '../../../src/estimators/estimator.ts';
import { exactParameterCount } from '../../../src/estimators/exact/parameterCount.ts';
import { QUANTITIES, type Quantity } from '../../../src/records/quantity.ts';

type Formula = (config: RunConfig) => number;

const weights: Formula = (config) => 4 * exactParameterCount(config);

const steady: Formula = (config) =>
  weights(config) * (config.step.optimizer === 'adam' ? 3 : 1) +
  (config.step.gradients === 'kept' ? weights(config) : 0) +
  8 * config.batch.size * config.batch.sequenceLength;

const activations: Formula = ({ model, batch, step }) => {
  const tokens = (batch.size / step.microBatches) * batch.sequenceLength;
  const masks = model.dropout > 0 ? 5 : 4; // bytes of a value, its mask included
  const ofBlock = {
    none: model.hiddenSize + model.feedForwardSize + model.heads * batch.sequenceLength,
    selective: model.hiddenSize + model.feedForwardSize,
    block: 1,
    sqrt: 1,
  }[step.checkpointing];
  return tokens * (masks * model.layers * ofBlock + masks * model.hiddenSize + 4 * model.vocabularySize);
};

const FORMULAS: Readonly<Record<Quantity, Formula>> = {
  weights,
  steady,
  activations,
  'forward-peak': (config) => steady(config) + activations(config),
  'backward-peak': (config) => steady(config) + 2 * activations(config),
  'gradients-held': (config) => steady(config) + weights(config),
  'optimizer-peak': (config) => steady(config) + 2 * weights(config),
  'step-peak': (config) => steady(config) + 2 * activations(config) + 2 * weights(config),
  'prefill-peak': (config) => weights(config) + 500,
  'decode-peak': (config) => weights(config) + 1000,
  'inference-peak': (config) => weights(config) + 1000,
  'kv-cache': ({ model }) => 1000 * model.layers,
};

/** Obeys, but for the quantities that are given formulas of their own. */
export const formulaWith = (
  others: Partial<Readonly<Record<Quantity, Formula>>> = {},
  more: Partial<Estimator> = {},
): Estimator => ({
  id: 'invented',
  title: 'Invented',
  source: { citation: 'by hand', version: '1' },
  predicts: QUANTITIES.map((quantity) => ({ quantity, ledgers: ['buffers', 'requested', 'allocated'] })),
  assumptions: [],
  matched: (config) => ({ config, unmet: [] }),
  predict: (config) =>
    Object.fromEntries(
      QUANTITIES.map((quantity) => [
        quantity,
        itemised({ unitemised: (others[quantity] ?? FORMULAS[quantity])(config) }),
      ]),
    ),
  ...more,
});

export const obedient = FORMULAS;
