#!/usr/bin/env node
/** Makes everything anew that the code decides and a test compares: `npm run update-golden`. Read the diff before you commit it. */
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { judge } from '../dist/accuracy/judge.js';
import { ESTIMATORS } from '../dist/estimators/index.js';
import { readRecords } from '../dist/records/store.js';
import { withDictionary } from '../dist/report/csvDictionary.js';
import { JUDGEMENT_CSV_FILES } from '../dist/report/csvFiles.js';
import { DOCUMENTS } from '../dist/report/documents.js';
import { annotationsOf } from '../dist/report/githubReport.js';
import { jsonSchemas } from '../dist/report/jsonSchemas.js';
import { scoreboardView } from '../dist/report/scoreboardView.js';
import { goldenReports } from './golden/reports.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const write = (file, text) => {
  writeFileSync(join(root, file), text);
  process.stderr.write(`memproof: wrote ${file}\n`);
};

const tools = { judge, ESTIMATORS, JUDGEMENT_CSV_FILES, DOCUMENTS, annotationsOf, scoreboardView };
const { records } = readRecords(join(root, 'test/golden/report/records.jsonl'));
for (const [name, text] of Object.entries(goldenReports(records, tools))) write(`test/golden/report/${name}`, text);
for (const { file, text } of jsonSchemas()) write(`docs/schema/${file}`, text);
write('docs/csv.md', withDictionary(readFileSync(join(root, 'docs/csv.md'), 'utf8')));
