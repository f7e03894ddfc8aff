import { expect, test } from 'vitest';
import { judge } from '../../src/accuracy/judge.ts';
import { annotationsOf, stepSummaryOf } from '../../src/report/githubReport.ts';
import { markdownReport } from '../../src/report/markdownReport.ts';
import { reportId } from '../../src/report/reportId.ts';
import { VERSION } from '../../src/version.ts';
import { exampleEstimator } from '../accuracy/exampleEstimator.ts';
import { exampleConfig, exampleReading, measuredRecord, unmeasuredRecord } from '../records/exampleRecord.ts';

const batch = (size: number) => exampleConfig({ batch: { size } });
const measured = (size: number, bytes: number) =>
  measuredRecord([exampleReading(bytes), exampleReading(bytes, { ledger: 'requested' })], {
    configuration: batch(size),
  });
const always = { assumptions: [] };

test('failures are errors, too little on its own ground is a warning, the rest are notices', () => {
  const records = [
    measured(1, 2200),
    unmeasuredRecord('failed', batch(2)),
    unmeasuredRecord('out-of-memory', batch(3)),
  ];
  expect(
    annotationsOf(judge(records, [exampleEstimator(always)]))
      .trimEnd()
      .split('\n'),
  ).toEqual([
    '::error title=memproof%3A failed::L2 B2 S4 H8 a2 F32 V16: E_STEP_FAILED: The step failed.',
    '::warning title=memproof%3A too little on its own ground::example: step-peak in requested (memproof: tensorflow 2.18.0 on cpu): 1 of 1, worst -50.00%25',
    `::notice title=memproof%3A report::memproof ${VERSION}, report ${reportId(records)}: 3 records, Example CPU.`,
    '::notice title=memproof%3A out of memory::L2 B3 S4 H8 a2 F32 V16: OOM when allocating [8]',
  ]);
});

test('a formula that is away from its ground, or promises enough, is no warning', () => {
  expect(annotationsOf(judge([measured(1, 2200)], [exampleEstimator()]))).not.toContain('::warning');
  expect(annotationsOf(judge([measured(1, 1100)], [exampleEstimator(always)]))).not.toContain('::warning');
});

test('ten of a kind, the worst first, the last counting the rest', () => {
  const formulas = Array.from({ length: 14 }, (_, n) =>
    exampleEstimator({
      ...always,
      id: `formula-${n}`,
      predict: () => ({ 'step-peak': { kind: 'bytes', components: {}, total: n as never } }),
    }),
  );
  const lines = annotationsOf(judge([measured(1, 100)], formulas))
    .split('\n')
    .filter((line) => line.startsWith('::warning'));
  expect(lines).toHaveLength(10);
  expect(lines[0]).toContain('formula-0: step-peak');
  expect(lines[9]).toBe('::warning title=memproof::5 more.');
});

test('the summary is the whole report, or its first screen where GitHub would not take that', () => {
  const small = judge([measured(1, 2200)], [exampleEstimator()]);
  expect(stepSummaryOf(small)).toBe(markdownReport(small));
  const wordy = exampleEstimator({
    assumptions: [{ id: 'long', statement: 'word '.repeat(2 ** 17), holds: () => false }],
  });
  const long = judge([measured(1, 2200)], [wordy]);
  const summary = stepSummaryOf(long);
  expect(Buffer.byteLength(summary)).toBeLessThan(4096);
  expect(markdownReport(long).startsWith(summary.trimEnd())).toBe(true);
});
