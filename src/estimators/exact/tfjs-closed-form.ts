/**
 * Exact polynomials for one training step on tfjs, to the byte: its tape, forward, backward and optimizers. Derived from the engine's source
 * and confirmed with TensorFlow 2.18.1's own allocation log. Each quantity holds where its ground does (grounds.ts).
 */
import type { RunConfig } from '../../config/schema.ts';
import type { Ledger, Quantity } from '../../records/quantity.ts';
import { comparedIn, type Estimator, itemised, type Prediction, together } from '../estimator.ts';
import { accumulation } from './accumulation.ts';
import { backwardPeak } from './backwardPeak.ts';
import { floats } from './floats.ts';
import { formOf } from './form.ts';
import { forwardStretches } from './forward/stretches.ts';
import { EXACT_LEDGERS, refusedOff, STEP_GROUND, whereMade } from './grounds.ts';
import { larger } from './larger.ts';
import { fullest } from './moments.ts';
import { ofLastConfig } from './ofLastConfig.ts';
import { optimizerPeakBytes, optimizerStateBytes } from './optimizerMemory.ts';
import { exactParameterCount, variableSizes } from './parameterCount.ts';
import { inputFloats } from './stepInputs.ts';
import { softLabels, teacherResident, teacherTape } from './teacherMemory.ts';

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

export const tfjsClosedForm: Estimator = {
  id: 'tfjs-closed-form',
  title: 'Exact closed form of a tfjs training step',
  source: { citation: 'memproof, from tfjs 4.22.0 (engine, tape, gradients, optimizers)', version: '3' },
  predicts: comparedIn(EXACT_LEDGERS, QUANTITIES),
  assumptions: STEP_GROUND,
  countParameters: exactParameterCount,

  predict: (config) => predictIn('requested', config),
  predictIn,
};

function predictIn(ledger: Ledger, config: RunConfig): Readonly<Partial<Record<Quantity, Prediction>>> {
  return refusedOff(STEP_GROUND, config, QUANTITIES) ?? exactStep(config, ledger);
}

/** Bytes of the step's peak; null where the closed form says nothing. */
export function exactStepPeakBytes(config: RunConfig): number | null {
  const peak = tfjsClosedForm.predict(config)['step-peak'];
  return peak?.kind === 'bytes' ? peak.total : null;
}

function exactStep(config: RunConfig, ledger: Ledger): Record<(typeof QUANTITIES)[number], Prediction> {
  const { step } = config;
  const sizes = variableSizes(config);
  const P = sizes.reduce((sum, size) => sum + size, 0);
  const [kept, accumulated] = [step.gradients === 'kept', step.microBatches > 1];

  const weights = floats({ weights: P });
  const state = itemised({ optimizer: optimizerStateBytes(step.optimizer, sizes) });
  const own = together(floats({ weights: P, inputs: inputFloats(config) }), state);
  const beside = together(own, teacherResident(config));
  const gradients = floats({ gradients: P });
  const steady = kept ? whereMade('the gradients', config, () => together(beside, gradients)) : beside;
  const held = whereMade('the gradients', config, () => together(together(beside, gradients), floats({ loss: 1 })));
  const optimizer = together(held, itemised({ optimizer: optimizerPeakBytes(step.optimizer, sizes) }));

  const activations = tapeOf(config);
  // The last micro-batch goes back while the gradients of those before it are there; kept ones give way only to new ones.
  const before = kept || accumulated ? together(beside, gradients) : beside;
  const throughTape = together(before, backwardPeak(config, activations, ledger));
  const backward =
    accumulated && step.backward === 'retaining'
      ? larger(throughTape, together(before, accumulation(config, sizes)))
      : throughTape;
  const forward = whereMade('forward', config, () => together(before, itemised(fullest(forwardOf(config), ledger))));
  return {
    weights,
    steady,
    activations,
    'forward-peak': forward,
    'backward-peak': backward,
    'gradients-held': held,
    'optimizer-peak': optimizer,
    'step-peak': [backward, optimizer].reduce(larger, forward),
  };
}

/** The same for every ledger. */
const forwardOf = ofLastConfig((config) => forwardStretches(formOf(config).operations.forward, config));

const tapeOf = (config: RunConfig): Prediction =>
  [softLabels, teacherTape].reduce((sum, part) => together(sum, part(config)), studentTape(config));

const studentTape = (config: RunConfig): Prediction => whereMade('the tape', config, () => formOf(config).tape(config));
