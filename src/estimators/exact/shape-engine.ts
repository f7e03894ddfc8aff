/**
 * The step itself on shapes alone: the model, tfjs and its node backend as they run on TensorFlow, without arithmetic. Nothing is fitted, so
 * whatever can be built is predicted, to the byte. It costs up to seconds, not microseconds: see `simulates`.
 */
import type { RunConfig } from '../../config/schema.ts';
import type { Ledger, Quantity } from '../../records/quantity.ts';
import { SIMULATED_QUANTITIES, type SimulatedBytes, simulateQuantities } from '../../shapes/quantities.ts';
import type { SimulatedLedger } from '../../shapes/session.ts';
import { keyIs } from '../assumption.ts';
import { type Assumption, comparedIn, type Estimator, itemised, type Prediction, unsupported } from '../estimator.ts';
import { exactParameterCount } from './parameterCount.ts';
import { everyQuantity, NO_SUCH_QUANTITY, onceInARow, refusal } from './simulatedStep.ts';

/** The usual one first. */
const LEDGERS = ['requested', 'buffers', 'tensors'] as const satisfies readonly SimulatedLedger[];

const GROUND: readonly Assumption[] = [
  keyIs('tensorflow', "TensorFlow's kernels, or their shapes", 'runtime.backend', ['tensorflow', 'shapes']),
];

export const shapeEngine: Estimator = {
  id: 'shape-engine',
  title: 'The step itself on shapes alone',
  source: {
    citation: "memproof, tfjs-node 4.22.0 over a binding that books TensorFlow 2.18.1's buffers",
    version: '1',
  },
  predicts: comparedIn(LEDGERS, SIMULATED_QUANTITIES),
  assumptions: GROUND,
  simulates: true,
  countParameters: exactParameterCount,
  predict: (config) => predictIn('requested', config),
  predictIn,
};

function predictIn(ledger: Ledger, config: RunConfig): Readonly<Partial<Record<Quantity, Prediction>>> {
  const reason = refusal('The shape engine', GROUND, config);
  if (reason !== null) return everyQuantity(() => unsupported(reason));
  const simulated = simulatedOnce(config).get(ledger as SimulatedLedger);
  return simulated === undefined ? {} : everyQuantity((quantity) => predictionOf(simulated[quantity]));
}

/** One configuration is asked for in every ledger, one after the other. */
const simulatedOnce = onceInARow(simulateQuantities);

/** The ledger `tensors` does not know components. */
const predictionOf = (simulated: SimulatedBytes | undefined): Prediction =>
  simulated === undefined ? NO_SUCH_QUANTITY : itemised(simulated.components ?? { unitemised: simulated.bytes });
