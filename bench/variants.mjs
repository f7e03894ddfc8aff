/** As many records as a benchmark needs, of the shape of committed ones, with other vocabularies and other bytes. */
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { configId } from '../dist/config/configId.js';

const committed = new URL('../results/baselines/cpu/quickstart.jsonl', import.meta.url);

/** Writes `count` of them into `file`, a line each. */
export function writeVariants(file, count) {
  const templates = readFileSync(committed, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const descriptor = openSync(file, 'w');
  for (let index = 0; index < count; index++) writeSync(descriptor, `${JSON.stringify(variant(templates, index))}\n`);
  closeSync(descriptor);
}

/** The `index`-th record: a template whose model has more tokens, and whose bytes are a whole multiple, so that they still add up. */
function variant(templates, index) {
  const record = structuredClone(templates[index % templates.length]);
  const round = Math.floor(index / templates.length);
  record.configuration.model.vocabularySize += round;
  record.configId = configId(record.configuration);
  const factor = 1 + (round % 97);
  for (const reading of record.readings) {
    reading.bytes *= factor;
    for (const part of reading.components ?? []) part.bytes *= factor;
  }
  for (const row of record.reconciliation) row.bytes *= factor;
  return record;
}
