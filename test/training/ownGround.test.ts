/** Formulas on the layer that they assume, to the byte: what they leave out has a name, and nothing else is left. */
import { expect, test } from 'vitest';
import { resolveConfig } from '../../src/config/resolve.ts';
import type { PartialConfig, RunConfig } from '../../src/config/schema.ts';
import { type Estimator, violatedAssumptions } from '../../src/estimators/estimator.ts';
import { korthikanti2022 } from '../../src/estimators/literature/korthikanti-2022.ts';
import { rees2023 } from '../../src/estimators/literature/rees-2023.ts';
import { stepsUnderLog } from './stepsUnderLog.ts';

/** L, B, S, H, a, V; F = 4H, as both take for granted. */
const SHAPES = [
  [1, 2, 16, 32, 4, 50],
  [2, 2, 16, 32, 4, 50],
  [1, 2, 32, 64, 4, 31],
  [3, 3, 10, 24, 3, 37],
  [1, 4, 24, 48, 8, 100],
  [2, 5, 7, 20, 2, 23],
  [4, 2, 9, 16, 2, 11],
  [2, 3, 33, 40, 5, 77],
  [1, 2, 48, 48, 2, 80],
] as const;

const configured = (
  [layers, size, sequenceLength, hiddenSize, heads, vocabularySize]: (typeof SHAPES)[number],
  model: PartialConfig['model'],
  step: PartialConfig['step'],
): RunConfig =>
  resolveConfig({
    model: { layers, hiddenSize, heads, vocabularySize, ...model },
    batch: { size, sequenceLength },
    step: { savedTensors: 'minimal', backward: 'freeing', ...step },
  });

/** Mean and 1/std of each row of each norm, in 32 bits: two norms per block and the final one; of a recomputed block none is kept. */
const normStatistics = ({ model, batch, step }: RunConfig): number => {
  const norms = (step.checkpointing === 'block' ? 0 : 2 * model.layers) + 1;
  return norms * 2 * 4 * batch.size * batch.sequenceLength;
};
const LOSS = 4; // the loss itself

/** What Rees does not list: under autocast each weight matrix has a 16-bit copy, kept for backward. */
const weightCopies = ({ model }: RunConfig): number => {
  const { layers: L, hiddenSize: H, feedForwardSize: F, vocabularySize: V } = model;
  return 2 * (L * (4 * H * H + 2 * H * F) + V * H); // four squares, up and down; the head
};

interface Ground {
  readonly name: string;
  readonly estimator: Estimator;
  readonly model: PartialConfig['model'];
  readonly step: PartialConfig['step'];
  /** Bytes of `activations` that the formula leaves out. */
  left(config: RunConfig): number;
}

const korthikanti = (['mixed-float16', 'mixed-bfloat16'] as const).flatMap((precision) =>
  (['none', 'selective', 'block'] as const).map(
    (checkpointing): Ground => ({
      name: `Korthikanti et al., recomputation ${checkpointing}, ${precision}`,
      estimator: korthikanti2022,
      model: { dropout: 0.1 },
      step: { precision, checkpointing },
      left: (config) => normStatistics(config) + LOSS,
    }),
  ),
);
const rees = (['autocast-float16', 'autocast-bfloat16'] as const).map(
  (precision): Ground => ({
    name: `Rees, ${precision}`,
    estimator: rees2023,
    model: { biases: false, tiedEmbedding: true },
    step: { precision, gradients: 'kept' },
    left: (config) => weightCopies(config) + normStatistics(config) + LOSS,
  }),
);

test('activations are those of the formula, and what it leaves out has a name: nine shapes each', () => {
  const cases = [...korthikanti, ...rees].flatMap((ground) =>
    SHAPES.map((shape) => ({ ground, config: configured(shape, ground.model, ground.step) })),
  );
  for (const { ground, config } of cases)
    expect([ground.name, violatedAssumptions(ground.estimator, config)]).toEqual([ground.name, []]);
  const measured = stepsUnderLog(cases.map(({ config }) => config));
  const found = cases.map(({ ground, config }, index) => {
    const predicted = ground.estimator.predict(config).activations;
    if (predicted?.kind !== 'bytes') throw new Error('the formula says nothing');
    const leftOut = (measured[index]?.('activations') as number) - predicted.total;
    return { name: ground.name, config, unexplained: leftOut - ground.left(config) };
  });
  expect(found.filter(({ unexplained }) => unexplained !== 0)).toEqual([]);
}, 120_000);
