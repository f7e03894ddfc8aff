/**
 * TensorFlow's allocator, chunk by chunk: the requests of the step on shapes alone, through the rules of BFC. It predicts what is in use in
 * whole chunks, and where a memory limit is set, whether the step gets through, and which request does not.
 */
import type { RunConfig } from '../../config/schema.ts';
import { type Allocated, allocatedBy, allocatedInOrder, requestsToMeasure } from '../../shapes/allocated.ts';
import { SIMULATED_QUANTITIES, type SimulatedQuantity } from '../../shapes/quantities.ts';
import { keyIs } from '../assumption.ts';
import { type Assumption, comparedIn, type Estimator, itemised, type Prediction, unsupported } from '../estimator.ts';
import { exactParameterCount } from './parameterCount.ts';
import { everyQuantity, NO_SUCH_QUANTITY, onceInARow, refusal } from './simulatedStep.ts';

const GROUND: readonly Assumption[] = [
  keyIs('tensorflow', "TensorFlow's allocator", 'runtime.backend', ['tensorflow']),
  keyIs('bfc', 'BFC, as on a GPU', 'runtime.allocator', ['bfc']),
];

export const allocatorModel: Estimator = {
  id: 'allocator-model',
  title: "TensorFlow's BFC allocator, replayed",
  source: { citation: 'memproof, after tsl/framework/bfc_allocator.cc of TensorFlow 2.18', version: '1' },
  predicts: comparedIn(['allocated'], SIMULATED_QUANTITIES),
  assumptions: GROUND,
  simulates: true,
  countParameters: exactParameterCount,

  predict(config) {
    const reason = refusal('The allocator model', GROUND, config) ?? unknownRegions(config);
    if (reason !== null) return everyQuantity(() => unsupported(reason));
    const answer = allocatedBy(requestsOnce(withoutLimit(config)), config.runtime);
    return everyQuantity((quantity) => predictionOf(answer, quantity));
  },

  predictInOrder(config, regions) {
    if (refusal('The allocator model', GROUND, config) !== null) return {};
    const answer = allocatedInOrder(requestsOnce(withoutLimit(config)), config.runtime, regions);
    return answer === null ? {} : everyQuantity((quantity) => predictionOf(answer, quantity));
  },
};

const unknownRegions = ({ runtime }: RunConfig): string | null =>
  runtime.device === 'gpu' && runtime.memoryLimitMiB !== null
    ? 'Where a GPU puts regions under a limit is not known.'
    : null;

/** Only the limit differs between the configurations that a search for it asks about, and the requests are the same. */
const requestsOnce = onceInARow(requestsToMeasure);

const withoutLimit = (config: RunConfig): RunConfig => ({
  ...config,
  runtime: { ...config.runtime, memoryLimitMiB: null },
});

/** Chunks have no components. */
function predictionOf(answer: Allocated, quantity: SimulatedQuantity): Prediction {
  if (answer.outcome === 'fits') {
    const bytes = answer.quantities[quantity];
    return bytes === undefined ? NO_SUCH_QUANTITY : itemised({ unitemised: bytes });
  }
  if (answer.outcome === 'other-allocator') return unsupported('The allocator is no BFC.');
  const { phase, kernel, request } = answer.exhaustion;
  const { index, bytes, limitBytes } = request;
  return unsupported(
    `Out of memory in ${phase}: request ${index + 1}, ${bytes} bytes for ${kernel}, is not met within ${limitBytes}.`,
  );
}
