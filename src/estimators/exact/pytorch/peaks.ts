/**
 * Where a step of PyTorch eager is fullest. The places below were found in results/published/pytorch-peaks.csv and are exact there; a bound
 * of everything else says whether one of them is the peak. Where it does not, nothing is said.
 */
import type { RunConfig } from '../../../config/schema.ts';
import { type ByComponent, plus } from '../byComponent.ts';
import { ofLastConfig } from '../ofLastConfig.ts';
import { exactParameterCount, variableCount, variableSizes } from '../parameterCount.ts';
import { WIDE } from '../widths.ts';
import { backwardBound, forwardBound } from './bounds.ts';
import { savedByForward } from './saved.ts';
import { INT64, pytorchSizes, pytorchWidths } from './symbols.ts';

/** A place of the step where it may be fullest. */
export type Place = ByComponent;

export const bytesAt = (place: Place): number => Object.values(place).reduce((sum, count) => sum + count, 0);

/** The fullest of `places`; the first of them where two are. */
export const fullest = (places: readonly Place[]): Place =>
  places.reduce((most, place) => (bytesAt(place) > bytesAt(most) ? place : most));

/** Between steps. */
export const between = ofLastConfig((config): Place => {
  const { S, N } = pytorchSizes(config);
  const { weight } = pytorchWidths(config);
  const P = weight * exactParameterCount(config);
  return {
    weights: P,
    optimizer: 2 * P + WIDE * variableCount(config), // both moments, and a step count of each parameter
    gradients: config.step.gradients === 'kept' ? P : 0,
    inputs: S * S * weight + (2 * N + S) * INT64, // the mask; ids and targets, positions
  };
});

/** When backward is done. */
export const gradientsHeld = ofLastConfig(
  (config): Place => ({
    ...between(config),
    gradients: pytorchWidths(config).weight * exactParameterCount(config),
  }),
);

/** When forward is done: what it has saved, the loss itself, and nothing else. */
export const forwardEnd = ofLastConfig((config): Place => {
  const { tensors, weightCopies } = savedByForward(config);
  return plus(between(config), tensors, weightCopies, { loss: pytorchWidths(config).weight });
});

/** Forward at the loss: the logits are still there, and what autocast has cast without saving it. */
export const forwardAtLoss = ofLastConfig((config): Place => {
  const { NV } = pytorchSizes(config);
  const { weight, product, autocast } = pytorchWidths(config);
  const widened = autocast && config.runtime.device === 'cpu' ? NV * weight : 0;
  return plus(forwardEnd(config), autocast ? unsavedCopies(config) : {}, { loss: NV * product + widened });
});

/** Autocast's cache holds the copies of all parameters until its context ends: biases, which no node saves, and what checkpointing drops. */
function unsavedCopies({ model, step }: RunConfig): ByComponent {
  const { layers: L, hiddenSize: H, feedForwardSize: F } = model;
  const biases = model.biases ? 1 : 0;
  const matrices = step.checkpointing === 'block' ? 1 : 0;
  return {
    attention: L * 2 * (biases * 4 * H + matrices * 4 * H * H),
    'feed-forward': L * 2 * (biases * (F + H) + matrices * 2 * H * F),
  };
}

/** Backward at the loss: two gradients as large as the logits, of the log-probabilities and of what went into log-softmax. */
function backwardAtLoss(config: RunConfig): Place {
  const { NV } = pytorchSizes(config);
  const { weight, autocast } = pytorchWidths(config);
  // CUDA's autocast: one gradient in 32 bits, with that of the loss. It is narrowed after the 32-bit log-probabilities are gone.
  const own = autocast && config.runtime.device === 'gpu' ? NV * weight + weight : 2 * NV * weight;
  return plus(forwardEnd(config), { loss: own });
}

/** Backward at the head, in one precision: the gradients of its weight and its input. That of the logits is where the log-probabilities were. */
function backwardAtHead(config: RunConfig): Place {
  const { VH, NH } = pytorchSizes(config);
  const { weight } = pytorchWidths(config);
  return plus(forwardEnd(config), { head: (VH + NH) * weight });
}

/** The end of backward: both gradients of a weight that embedding and head share, and their sum. */
function backwardAtTiedEmbedding(config: RunConfig): Place {
  const { VH } = pytorchSizes(config);
  const { weight } = pytorchWidths(config);
  const kept = config.step.gradients === 'kept';
  const sum = VH * weight;
  return plus(gradientsHeld(config), {
    gradients: kept ? 0 : -sum,
    embedding: 2 * sum,
    head: VH * weight,
    loss: 2 * weight, // the loss and its gradient
  });
}

const backwardPlaces = ofLastConfig((config): Place[] => [
  backwardAtLoss(config),
  ...(pytorchWidths(config).autocast ? [] : [backwardAtHead(config)]),
  ...(config.model.tiedEmbedding ? [backwardAtTiedEmbedding(config)] : []),
]);

/** Adam at its fullest: √v of all parameters at once, or of one parameter √v, √v over a scalar, and what is left of the one before. */
export const optimizerPeak = ofLastConfig((config): Place => {
  const { weight } = pytorchWidths(config);
  const sizes = variableSizes(config);
  const atOnce = config.runtime.device === 'gpu' && config.step.optimizer !== 'adam-per-variable';
  const temporaries = atOnce
    ? exactParameterCount(config)
    : Math.max(...sizes.map((size, index) => 2 * size + (sizes[index - 1] ?? 0)));
  return plus(gradientsHeld(config), { optimizer: weight * temporaries });
});

/** Null where forward may be fuller than at the loss. */
export function forwardPeak(config: RunConfig): Place | null {
  const atLoss = forwardAtLoss(config);
  return boundOfForward(config) <= bytesAt(atLoss) ? atLoss : null;
}

/** Null where backward may be fuller than at these places. */
export function backwardPeak(config: RunConfig): Place | null {
  const peak = fullest(backwardPlaces(config));
  return boundOfBackward(config) <= bytesAt(peak) ? peak : null;
}

/** Null where something may be fuller than all of these places. */
export function stepPeak(config: RunConfig): Place | null {
  const peak = fullest([...backwardPlaces(config), forwardAtLoss(config), optimizerPeak(config)]);
  const bound = Math.max(boundOfForward(config), boundOfBackward(config));
  return bound <= bytesAt(peak) ? peak : null;
}

const boundOfForward = ofLastConfig((config) => forwardBound(config, bytesAt(between(config))));

const boundOfBackward = ofLastConfig((config) =>
  backwardBound(config, { between: bytesAt(between(config)), forwardEnd: bytesAt(forwardEnd(config)) }),
);
