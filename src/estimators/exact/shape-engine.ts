/**
 * The step itself on shapes alone: the model, tfjs and its node backend as they run on TensorFlow, without arithmetic. Nothing is fitted, so
 * whatever can be built is predicted, to the byte. It costs a fraction of a second, not microseconds: see `simulates`.
 */
import { obstacles } from '../../config/buildable.ts';
import { configId } from '../../config/configId.ts';
import type { RunConfig } from '../../config/schema.ts';
import type { Ledger, Quantity } from '../../records/quantity.ts';
import { type ByLedger, predictQuantities } from '../../shapes/predict.ts';
import type { SimulatedQuantities } from '../../shapes/quantities.ts';
import type { SimulatedLedger } from '../../shapes/simulate.ts';
import { keyIs } from '../assumption.ts';
import { type Assumption, comparedIn, type Estimator, itemised, type Prediction, unsupported } from '../estimator.ts';
import { exactParameterCount } from './parameterCount.ts';

const QUANTITIES = [
  'weights',
  'steady',
  'activations',
  'forward-peak',
  'backward-peak',
  'gradients-held',
  'optimizer-peak',
  'step-peak',
] as const satisfies readonly Quantity[];

/** The usual one first. */
const LEDGERS = ['requested', 'buffers', 'tensors'] as const satisfies readonly SimulatedLedger[];

const GROUND: readonly Assumption[] = [
  keyIs('training', 'A training step', 'step.kind', ['training']),
  keyIs('tensorflow', "TensorFlow's kernels, or their shapes", 'runtime.backend', ['tensorflow', 'shapes']),
];

export const shapeEngine: Estimator = {
  id: 'shape-engine',
  title: 'The step itself on shapes alone',
  source: {
    citation: "memproof, tfjs-node 4.22.0 over a binding that books TensorFlow 2.18.1's buffers",
    version: '1',
  },
  predicts: comparedIn(LEDGERS, QUANTITIES),
  assumptions: GROUND,
  simulates: true,
  countParameters: exactParameterCount,
  predict: (config) => predictIn('requested', config),
  predictIn: (ledger, config) => predictIn(ledger, config),
};

function predictIn(ledger: Ledger, config: RunConfig): Readonly<Partial<Record<Quantity, Prediction>>> {
  const reason = refusal(config);
  if (reason !== null) return Object.fromEntries(QUANTITIES.map((quantity) => [quantity, unsupported(reason)]));
  const simulated = latest(config).get(ledger as SimulatedLedger);
  if (simulated === undefined) return {};
  return Object.fromEntries(QUANTITIES.map((quantity) => [quantity, predictionOf(simulated[quantity])]));
}

function refusal(config: RunConfig): string | null {
  const violated = GROUND.find(({ holds }) => !holds(config));
  if (violated !== undefined) return `The shape engine needs: ${violated.statement}.`;
  const [obstacle] = obstacles(config);
  return obstacle === undefined ? null : `It cannot be built: ${obstacle.path}: ${obstacle.reason}`;
}

/** The ledger `tensors` does not know components. */
const predictionOf = ({ bytes, components }: SimulatedQuantities[keyof SimulatedQuantities]): Prediction =>
  itemised(components ?? { unitemised: bytes });

/** One configuration is asked for in every ledger, one after the other. */
let last: { readonly id: string; readonly simulated: ByLedger } | null = null;

function latest(config: RunConfig): ByLedger {
  const id = configId(config);
  if (last?.id !== id) last = { id, simulated: predictQuantities(config) };
  return last.simulated;
}
