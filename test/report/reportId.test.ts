import { describe, expect, test } from 'vitest';
import type { JudgedRecord } from '../../src/records/judged.ts';
import { latestRecords } from '../../src/records/latest.ts';
import { reportId, reportIdBy } from '../../src/report/reportId.ts';
import { VERSION } from '../../src/version.ts';
import { externalRecord } from '../records/exampleExternal.ts';
import { exampleConfig, exampleReading, measuredRecord, unmeasuredRecord } from '../records/exampleRecord.ts';

const two = exampleConfig({ batch: { size: 2 } });
const own: JudgedRecord[] = [measuredRecord(), measuredRecord([exampleReading(2000)], { configuration: two })];

describe('the id of a report', () => {
  test('is 12 hex digits, and the same for the same records however they are ordered and read', () => {
    const id = reportId(own);
    expect(id).toMatch(/^[0-9a-f]{12}$/);
    expect(reportId([...own].reverse())).toBe(id);
    expect(reportId(JSON.parse(JSON.stringify(own)))).toBe(id);
    const [first, second] = own as [JudgedRecord, JudgedRecord];
    expect(reportId(latestRecords([[first], [second]]))).toBe(id); // two files
    expect(reportId(latestRecords([[second], [first, second]]))).toBe(id); // one of them twice
  });

  test('changes with a byte, an outcome, a record more or less, and the version', () => {
    const ids = [
      reportId(own),
      reportId([]),
      reportId(own.slice(1)),
      reportId([measuredRecord([exampleReading(1001)]), ...own.slice(1)]),
      reportId([unmeasuredRecord('failed'), ...own.slice(1)]),
      reportId([...own, unmeasuredRecord('skipped', exampleConfig({ batch: { size: 3 } }))]),
      reportIdBy(own, `${VERSION}-next`),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('of an external record: not where it stood, but who says so', () => {
    const record = externalRecord();
    const elsewhere = { ...record, provenance: { ...record.provenance, file: 'elsewhere.csv', line: 99 } };
    const other = { ...record, provenance: { ...record.provenance, citation: 'another source' } };
    expect(reportId([elsewhere])).toBe(reportId([record]));
    expect(reportId([other])).not.toBe(reportId([record]));
  });
});
