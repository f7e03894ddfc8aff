/** Published reports are of the committed records: who changes these has to write those again. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { recordsOfPage } from '../../src/cli/pageRecords.ts';
import { readAllRecords } from '../../src/cli/recordFiles.ts';
import { reportId } from '../../src/report/reportId.ts';

const results = fileURLToPath(new URL('../../results', import.meta.url));

test.each(readdirSync(join(results, 'reports'), { withFileTypes: true }).filter((entry) => entry.isDirectory()))(
  'the report of $name holds all records that were measured there',
  ({ name }) => {
    const baselines = join(results, 'baselines', name);
    const files = readdirSync(baselines).filter((file) => file.endsWith('.jsonl'));
    const silent = { say: () => {}, detail: () => {} };
    const committed = readAllRecords(
      files.map((file) => join(baselines, file)),
      silent,
    );
    const published = [...recordsOfPage(join(results, 'reports', name, 'report.html'))];
    expect(published).toHaveLength(committed.length);
    expect(reportId(published)).toBe(reportId(committed));
  },
);
