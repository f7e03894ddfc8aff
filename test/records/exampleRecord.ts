/** Records by hand: small, complete and valid, so that a test only says what it is about. */
import { configId } from '../../src/config/configId.ts';
import { resolveConfig } from '../../src/config/resolve.ts';
import type { PartialConfig, RunConfig } from '../../src/config/schema.ts';
import {
  type Environment,
  hashEnvironment,
  type MeasuredRecord,
  type MeasurementRecord,
  type Reading,
  type ReconciliationRow,
} from '../../src/records/measurement.ts';

export const exampleConfig = (partial: PartialConfig = {}): RunConfig =>
  resolveConfig({
    ...partial,
    model: { layers: 2, hiddenSize: 8, heads: 2, vocabularySize: 16, ...partial.model },
    batch: { size: 1, sequenceLength: 4, ...partial.batch },
    runtime: { device: 'cpu', ...partial.runtime },
  });

export const exampleEnvironment: Environment = {
  device: { kind: 'cpu', name: 'Example CPU', uuid: null },
  driver: null,
  cuda: null,
  tensorflow: '2.18.0',
  tfjs: '4.22.0',
  node: '20.20.2',
  platform: 'linux-x64',
  variables: { TF_CPU_ALLOCATOR_USE_BFC: 'true' },
};

export const exampleReading = (bytes: number, more: Partial<Reading> = {}): Reading => ({
  quantity: 'step-peak',
  ledger: 'buffers',
  repeat: 1,
  step: 3,
  bytes,
  ...more,
});

export const exampleDifference = (
  part: ReconciliationRow['part'],
  bytes: number,
  more: Partial<ReconciliationRow> = {},
): ReconciliationRow => ({ quantity: 'step-peak', from: 'tensors', to: 'buffers', part, bytes, ...more });

const common = (configuration: RunConfig) => ({
  version: 1 as const,
  configId: configId(configuration),
  configuration,
  environment: exampleEnvironment,
  environmentHash: hashEnvironment(exampleEnvironment),
  measuringCode: { 'src/model': 'model-a', 'src/training': 'training-a' },
  git: { commit: null, dirty: false, reason: 'not a git checkout' },
  startedAt: '2024-01-01T00:00:00.000Z',
  durationsMs: { child: 12.5 },
});

export const measuredRecord = (
  readings: Reading[] = [exampleReading(1000)],
  more: Partial<MeasuredRecord> = {},
): MeasuredRecord => ({
  ...common(more.configuration ?? exampleConfig()),
  outcome: 'measured',
  readings,
  unavailable: [],
  notes: [],
  reconciliation: [],
  stepTimesMs: [1.5, 1.25],
  timingError: null,
  ...more,
});

type Unmeasured = Exclude<MeasurementRecord, MeasuredRecord>;

export const unmeasuredRecord = (outcome: Unmeasured['outcome'], configuration = exampleConfig()): Unmeasured => {
  const base = common(configuration);
  if (outcome === 'out-of-memory') {
    const allocation = { message: 'OOM when allocating [8]', bytes: 32, kernel: 'MatMul', liveBytes: 968 };
    return { ...base, outcome, allocation: { ...allocation, phase: 'backward' } };
  }
  if (outcome === 'failed') {
    return { ...base, outcome, error: { code: 'E_STEP_FAILED', message: 'The step failed.', remedy: 'None.' } };
  }
  return { ...base, outcome, reason: 'predicted not to fit' };
};
