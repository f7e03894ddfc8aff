/** Records as tables of the page: what is read of one, and how bytes and ratios are written. Pure. */

const LEDGER = 'requested';

/** The records of a store, all of which must have been measured. */
export function recordsOf(jsonLines) {
  const records = jsonLines
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const missed = records.filter(({ outcome }) => outcome !== 'measured');
  if (missed.length > 0) throw new Error(`${missed.length} configurations were not measured`);
  return records;
}

function readingOf({ readings }, quantity) {
  return readings.find((reading) => reading.quantity === quantity && reading.ledger === LEDGER && reading.repeat === 1);
}

export const bytesOf = (record, quantity) => readingOf(record, quantity).bytes;

/** Bytes of one block. */
export const bytesOfLayer = (record, quantity, layer) =>
  readingOf(record, quantity)
    .components.filter((part) => part.layer === layer)
    .reduce((sum, { bytes }) => sum + bytes, 0);

/** Dotted keys in which a record's configuration differs from another's, with their values. What an older record does not say is as it is there. */
export function changesOf({ configuration }, { configuration: plain }) {
  return Object.entries(configuration).flatMap(([section, values]) =>
    Object.entries(values)
      .filter(([key, value]) => plain[section][key] !== undefined && value !== plain[section][key])
      .map(([key, value]) => [`${section}.${key}`, value]),
  );
}

/** `savedTensors minimal, backward freeing`; `plain` where nothing is changed. */
export const labelOf = (changes) =>
  changes.length === 0 ? 'plain' : changes.map(([key, value]) => `${key.split('.')[1]} ${value}`).join(', ');

export const grouped = (bytes) => bytes.toLocaleString('en-US');
export const ratio = (bytes, plainBytes) => (bytes / plainBytes).toFixed(3);
export const cell = (bytes, plainBytes) => `${grouped(bytes)} (${ratio(bytes, plainBytes)})`;

/** Markdown: the first column is text, the others are numbers. */
export const markdown = (head, lines) =>
  [head, head.map((_, index) => (index === 0 ? '---' : '--:')), ...lines]
    .map((line) => `| ${line.join(' | ')} |`)
    .join('\n')
    .concat('\n');
