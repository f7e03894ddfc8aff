/** A formula whose ground is three steps away from the example's configuration, and records of the way there. */
import type { RunConfig } from '../../../src/config/schema.ts';
import { keyIs, nearestBuildable } from '../../../src/estimators/assumption.ts';
import { type Assumption, type Estimator, itemised } from '../../../src/estimators/estimator.ts';
import type { MeasuredRecord } from '../../../src/records/measurement.ts';
import { exampleConfig, exampleReading, measuredRecord } from '../../records/exampleRecord.ts';

const ASSUMPTIONS = [
  keyIs('dropout', 'dropout of a tenth', 'model.dropout', [0.1]),
  keyIs('minimal', 'what the paper lists is kept', 'step.savedTensors', ['minimal']),
  keyIs('kept', 'gradients stay', 'step.gradients', ['kept']),
];

/** The example's configuration, and where each assumption is met in turn: the last is the ground. */
export const WAY: readonly [RunConfig, RunConfig, RunConfig, RunConfig] = [
  exampleConfig(),
  exampleConfig({ model: { dropout: 0.1 } }),
  exampleConfig({ model: { dropout: 0.1 }, step: { savedTensors: 'minimal' } }),
  exampleConfig({ model: { dropout: 0.1 }, step: { savedTensors: 'minimal', gradients: 'kept' } }),
];

/** Says `bytesOf` of `step-peak` in `buffers`. */
export const groundedEstimator = (
  bytesOf: (config: RunConfig) => number,
  { id = 'grounded', more = [] }: { id?: string; more?: readonly Assumption[] } = {},
): Estimator => ({
  id,
  title: id,
  source: { citation: 'by hand', version: '1' },
  predicts: [{ quantity: 'step-peak', ledgers: ['buffers'] }],
  assumptions: [...ASSUMPTIONS, ...more],
  matched: (config) => nearestBuildable(config, [...ASSUMPTIONS, ...more]),
  predict: (config) => ({ 'step-peak': itemised({ unitemised: bytesOf(config) }) }),
});

/** `bytes` of `step-peak` in `buffers`. */
export const recordOf = (configuration: RunConfig, bytes: number, more: Partial<MeasuredRecord> = {}): MeasuredRecord =>
  measuredRecord([exampleReading(bytes)], { configuration, ...more });
