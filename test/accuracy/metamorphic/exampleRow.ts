/** A row by hand: twice the heads, predicted to cost nothing and measured to cost 1,100. */
import type { MetamorphicRow } from '../../../src/accuracy/metamorphic/judgeLaws.ts';

export const exampleRow = (more: Partial<MetamorphicRow> = {}): MetamorphicRow => ({
  law: 'heads',
  configId: '0123456789ab',
  origin: 'memproof: tensorflow 2.18.0 on cpu',
  quantity: 'activations',
  ledger: 'requested',
  estimator: 'mine',
  verdict: 'fail',
  tested: 'activations(heads × 2) − activations(base)',
  leastBytes: 64,
  mostBytes: null,
  predictedBytes: 0,
  measuredBytes: 1100,
  match: 'matched',
  violatedAssumptions: [],
  reason: null,
  ...more,
});
