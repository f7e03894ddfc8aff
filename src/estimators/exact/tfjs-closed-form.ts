/**
 * Exact polynomials for one training step of stock tfjs: its tape, its retaining backward and its optimizers, to the byte.
 * Derived from the engine's source and confirmed with TensorFlow 2.18.1's own allocation log.
 */
import type { RunConfig } from '../../config/schema.ts';
import type { Ledger, Quantity } from '../../records/quantity.ts';
import { keyIs, nearestBuildable, sizeIs } from '../assumption.ts';
import {
  type Assumption,
  comparedIn,
  type Estimator,
  itemised,
  type Prediction,
  together,
  unsupported,
} from '../estimator.ts';
import { optimizerPeakBytes, optimizerStateBytes } from './optimizerMemory.ts';
import { exactParameterCount, variableSizes } from './parameterCount.ts';
import { backwardPeak, larger } from './tfjsBackward.ts';
import { floats, symbols } from './tfjsSymbols.ts';
import { tape } from './tfjsTape.ts';

/** Where one of these does not hold, the polynomials say nothing: `predict` answers `unsupported`. */
const ASSUMPTIONS: readonly Assumption[] = [
  keyIs('training', 'A training step', 'step.kind', ['training']),
  keyIs('decoder', 'A decoder', 'model.architecture', ['decoder']),
  {
    id: 'learned-positions',
    statement: 'Learned positions, added to the token embedding',
    holds: ({ model }) => model.positions === 'learned',
    nearby: (config) => [
      {
        ...config,
        model: {
          ...config.model,
          positions: 'learned',
          maxPositions: Math.max(config.model.maxPositions, config.batch.sequenceLength),
        },
      },
    ],
  },
  keyIs('layer-norm', 'Layer norm of plain ops', 'model.normalization', ['layer-norm']),
  keyIs('pre-norm', 'Norms in front of attention and feed-forward', 'model.normalizationPlacement', ['pre']),
  keyIs('gelu-erf', 'GELU with erf', 'model.activation', ['gelu']),
  keyIs('two-linear-layers', 'A feed-forward of two linear layers', 'model.gatedFeedForward', [false]),
  keyIs('biases', 'Biases', 'model.biases', [true]),
  keyIs('no-dropout', 'No dropout', 'model.dropout', [0]),
  sizeIs('multi-head', 'Keys and values for every head', 'model.keyValueHeads', ({ model }) => model.heads),
  sizeIs(
    'head-size',
    'Heads that share the width: headSize · heads = hiddenSize',
    'model.headSize',
    ({ model }) => model.hiddenSize / model.heads,
  ),
  keyIs('float32', 'float32 throughout', 'step.precision', ['float32']),
  keyIs('autodiff', "The tensors that tfjs's tape keeps", 'step.savedTensors', ['autodiff']),
  keyIs('retaining-backward', 'A backward that frees nothing', 'step.backward', ['retaining']),
  keyIs('no-checkpointing', 'No recomputation', 'step.checkpointing', ['none']),
  keyIs('gradients-freed', 'Gradients freed after the optimizer', 'step.gradients', ['freed']),
  keyIs('one-micro-batch', 'One micro-batch', 'step.microBatches', [1]),
  keyIs('tensorflow', "TensorFlow's kernels, or their shapes", 'runtime.backend', ['tensorflow', 'shapes']),
  {
    id: 'no-dimension-of-one',
    statement:
      'Batch size, sequence length, heads and vocabulary of at least 2: with 1, transposes and reductions share buffers',
    holds: ({ model, batch }) => Math.min(batch.size, batch.sequenceLength, model.heads, model.vocabularySize) >= 2,
  },
];

const QUANTITIES = [
  'weights',
  'steady',
  'activations',
  'backward-peak',
  'gradients-held',
  'optimizer-peak',
  'step-peak',
] as const satisfies readonly Quantity[];
/** Neither rounding nor unsplit chunks are in the polynomials, so not `allocated`. */
const EXACT_LEDGERS: readonly Ledger[] = ['buffers', 'requested'];

export const tfjsClosedForm: Estimator = {
  id: 'tfjs-closed-form',
  title: 'Exact closed form of a tfjs training step',
  source: { citation: 'memproof, from tfjs 4.22.0 (engine, tape, gradients, optimizers)', version: '1' },
  predicts: comparedIn(EXACT_LEDGERS, QUANTITIES),
  assumptions: ASSUMPTIONS,
  matched: (config) => nearestBuildable(config, ASSUMPTIONS),
  countParameters: exactParameterCount,

  predict(config) {
    const violated = ASSUMPTIONS.find((assumption) => !assumption.holds(config));
    const sizes = variableSizes(config);
    if (violated === undefined) return exactStep(config, sizes);
    const reason = unsupported(`The closed form needs: ${violated.statement}.`);
    return Object.fromEntries(QUANTITIES.map((quantity) => [quantity, reason]));
  },
};

/** Bytes of the step's peak; null where the closed form says nothing. */
export function exactStepPeakBytes(config: RunConfig): number | null {
  const peak = tfjsClosedForm.predict(config)['step-peak'];
  return peak?.kind === 'bytes' ? peak.total : null;
}

function exactStep(config: RunConfig, sizes: readonly number[]): Record<(typeof QUANTITIES)[number], Prediction> {
  const all = symbols(config);
  const P = sizes.reduce((sum, size) => sum + size, 0);

  const weights = floats({ weights: P });
  const inputs = all.S ** 2 + all.host * 2 * all.N; // the causal mask; ids and targets are int32
  const state = itemised({ optimizer: optimizerStateBytes(config.step.optimizer, sizes) });
  const steady = together(floats({ weights: P, inputs }), state);
  const activations = tape(all);
  const backward = together(steady, backwardPeak(activations, all));
  const held = together(steady, floats({ gradients: P, loss: 1 }));
  const optimizer = together(held, itemised({ optimizer: optimizerPeakBytes(config.step.optimizer, sizes) }));
  return {
    weights,
    steady,
    activations,
    'backward-peak': backward,
    'gradients-held': held,
    'optimizer-peak': optimizer,
    'step-peak': larger(backward, optimizer), // forward never reaches as high: its temporaries are fewer than backward's buffers
  };
}
