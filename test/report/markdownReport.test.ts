import { describe, expect, test } from 'vitest';
import { judge } from '../../src/accuracy/judge.ts';
import { markdownReport } from '../../src/report/markdownReport.ts';
import { reportId } from '../../src/report/reportId.ts';
import { exampleEstimator } from '../accuracy/exampleEstimator.ts';
import { externalRecord } from '../records/exampleExternal.ts';
import { exampleConfig, exampleReading, measuredRecord, unmeasuredRecord } from '../records/exampleRecord.ts';

const readings = [exampleReading(1000), exampleReading(1024 + 1000, { repeat: 2, step: 4 })];
const on = (size: number) => ({ configuration: exampleConfig({ batch: { size } }) });
const records = [
  measuredRecord(readings, on(1)),
  measuredRecord(readings, on(2)),
  unmeasuredRecord('failed', exampleConfig({ batch: { size: 3 } })),
];
const report = markdownReport(judge(records, [exampleEstimator()]));
const [summary = '', ...folded] = report.split('<details>');
const section = (title: string): string => folded.find((text) => text.startsWith(`<summary>${title}`)) ?? '';

describe('the summary', () => {
  test('is a screen: the id, what was measured with its unit and spread, the closest formulas', () => {
    expect(summary).toContain(`# memproof report ${reportId(records)}\n`);
    expect(summary).toContain('| step-peak | 1000 B in buffers | `example` +10.00% | 0 of 1 | 102% |');
    expect(summary.split('\n').length).toBeLessThan(40);
  });

  test('of several origins each quantity has a row per origin', () => {
    const mixed = markdownReport(judge([...records, externalRecord()], [exampleEstimator()]));
    expect(mixed).toContain('| step-peak<br>PyTorch 2.15.0 on H100 | 1000 B in buffers | `example` +10.00% |');
    expect(mixed).toContain('| step-peak<br>memproof: tensorflow 2.18.0 on cpu |');
  });

  test('where nothing was compared it says so', () => {
    expect(markdownReport(judge([], []))).toContain('Nothing was compared.');
  });
});

describe('what is folded', () => {
  test('every configuration with its peak and spread, or why it has none', () => {
    const configurations = section('Configurations');
    expect(configurations).toContain(
      `| \`${records[0]?.configId}\` | L2 B1 S4 H8 a2 F32 V16 | memproof: tensorflow 2.18.0 on cpu | measured | 1000 B (buffers) | 1.00 KiB |`,
    );
    expect(configurations).toContain('| failed |  |  | E\\_STEP\\_FAILED: The step failed. |');
  });

  test('the assumptions that did not hold, and where', () => {
    const violated = section('Assumptions that did not hold (2)');
    expect(violated).toContain('| `example` | `sgd` | plain SGD | all 2 |');
    expect(violated).toContain(`| \`example\` | \`batch-1\` | one sequence | 1 of 2: \`${records[1]?.configId}\` |`);
  });

  test('how to get it again, and how to cite it', () => {
    const reproduce = section('Reproduce and cite');
    expect(reproduce).toContain('npx memproof report records.jsonl');
    expect(reproduce).toContain('npx memproof run records.jsonl --repeats 2 -o again');
    expect(reproduce).toContain(`report ${reportId(records)}: 3 records, Example CPU.`);
    const ofOthers = markdownReport(judge([externalRecord()], [exampleEstimator()]));
    expect(ofOthers).not.toContain('memproof run');
  });

  test('a table of thousands ends, and says where the rest is', () => {
    const many = Array.from({ length: 300 }, (_, n) =>
      unmeasuredRecord('skipped', exampleConfig({ batch: { size: n + 1 } })),
    );
    expect(markdownReport(judge(many, []))).toContain('100 more are in measurements.csv.');
  });
});
