/**
 * TensorFlow's allocator, chunk by chunk: the requests of the step on shapes alone, through the rules of BFC. It predicts what is in use in
 * whole chunks, and where a memory limit is set, whether the step gets through, and which request does not.
 */
import { obstacles } from '../../config/buildable.ts';
import { configId } from '../../config/configId.ts';
import type { RunConfig } from '../../config/schema.ts';
import type { Quantity } from '../../records/quantity.ts';
import { type Allocated, allocatedBy, type Requests, requestsOf } from '../../shapes/allocated.ts';
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

const GROUND: readonly Assumption[] = [
  keyIs('training', 'A training step', 'step.kind', ['training']),
  keyIs('tensorflow', "TensorFlow's allocator", 'runtime.backend', ['tensorflow']),
  keyIs('bfc', 'BFC, as on a GPU', 'runtime.allocator', ['bfc']),
];

export const allocatorModel: Estimator = {
  id: 'allocator-model',
  title: "TensorFlow's BFC allocator, replayed",
  source: { citation: 'memproof, after tsl/framework/bfc_allocator.cc of TensorFlow 2.18', version: '1' },
  predicts: comparedIn(['allocated'], QUANTITIES),
  assumptions: GROUND,
  simulates: true,
  countParameters: exactParameterCount,

  predict(config) {
    const reason = refusal(config);
    return all((quantity) => (reason === null ? predictionOf(allocated(config), quantity) : unsupported(reason)));
  },
};

const all = (of: (quantity: (typeof QUANTITIES)[number]) => Prediction) =>
  Object.fromEntries(QUANTITIES.map((quantity) => [quantity, of(quantity)]));

function refusal(config: RunConfig): string | null {
  const violated = GROUND.find(({ holds }) => !holds(config));
  if (violated !== undefined) return `The allocator model needs: ${violated.statement}.`;
  const { device, memoryLimitMiB } = config.runtime;
  if (device === 'gpu' && memoryLimitMiB !== null) return 'Where a GPU puts regions under a limit is not known.';
  const [obstacle] = obstacles(config);
  return obstacle === undefined ? null : `It cannot be built: ${obstacle.path}: ${obstacle.reason}`;
}

/** Chunks have no components. */
function predictionOf(answer: Allocated, quantity: (typeof QUANTITIES)[number]): Prediction {
  if (answer.outcome === 'fits') return itemised({ unitemised: answer.quantities[quantity] });
  if (answer.outcome === 'other-allocator') return unsupported('The allocator is no BFC.');
  const { phase, kernel, request } = answer.exhaustion;
  const { index, bytes, limitBytes } = request;
  return unsupported(
    `Out of memory in ${phase}: request ${index + 1}, ${bytes} bytes for ${kernel}, is not met within ${limitBytes}.`,
  );
}

/** Only the limit differs between the configurations that a search for it asks about. */
let last: { readonly id: string; readonly requests: Requests } | null = null;

function allocated(config: RunConfig): Allocated {
  const id = configId({ ...config, runtime: { ...config.runtime, memoryLimitMiB: null } });
  if (last?.id !== id) last = { id, requests: requestsOf(config) };
  return allocatedBy(last.requests, config.runtime);
}
