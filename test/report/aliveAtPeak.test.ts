import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { expect, test } from 'vitest';
import { ALIVE_AT_PEAK_COLUMNS, aliveAtPeak, aliveAtPeakCsv, aliveAtPeakText } from '../../src/report/aliveAtPeak.ts';
import { stepPeak } from '../../src/report/replay.ts';
import { buffer, exampleTimeline } from './exampleTimeline.ts';

const read = (text: string): Record<string, string>[] => parse(text, { columns: true });

test('one row per live buffer, largest first, with what made it and what holds it', () => {
  const rows = read(aliveAtPeakCsv(aliveAtPeak(exampleTimeline())));
  expect(rows.map(({ buffer: id }) => id)).toEqual(['3', '2', '1', '4']);
  expect(rows[1]).toEqual({
    buffer: '2',
    shape: '100',
    dtype: 'float32',
    bytes: '400',
    allocated_bytes: '512',
    component: 'attention',
    layer: '0',
    made_by: 'Add',
    held_by: 'tape of Mul;tape of Sum',
  });
  expect(rows[3]).toMatchObject({ shape: '', dtype: '', component: 'scratch', made_by: 'Sum', held_by: '' });
  expect(rows.reduce((sum, row) => sum + Number(row['bytes']), 0)).toBe(1200);
});

test('a buffer that moved before the peak stands where it is then', () => {
  const timeline = exampleTimeline();
  const later = { kind: 'allocated', timeUs: 16, phase: 'optimizer', buffer: buffer('9', 4000) } as const;
  const events = timeline.events.flatMap((event) =>
    event.kind === 'mark' && event.mark === 'm2' ? [event, later] : [event],
  );
  const rows = aliveAtPeak({ ...timeline, events });
  expect(rows.map(({ buffer: { id, component } }) => [id, component])).toEqual([
    ['9', 'attention'],
    ['3', 'gradients'],
    ['1', 'weights'],
  ]);
});

test('the first of equal maxima counts', () => {
  const again = { kind: 'allocated', timeUs: 30, phase: 'optimizer', buffer: buffer('9', 1100) } as const;
  const timeline = exampleTimeline();
  expect(stepPeak({ ...timeline, events: [...timeline.events, again] }).kernel).toBe('Sum');
});

test('a step that only frees has its peak at its start', () => {
  const peak = stepPeak(exampleTimeline({ events: [{ kind: 'freed', timeUs: 0, phase: 'forward', id: '1' }] }));
  expect(peak).toMatchObject({ requestedBytes: 100, kernel: null, phase: 'forward' });
});

test('the terminal shows the ten largest and the sum of the others', () => {
  const aliveAtStart = Array.from({ length: 12 }, (_, index) => buffer(`s${index}`, 4 * (index + 1), { shape: [] }));
  const lines = aliveAtPeakText(exampleTimeline({ aliveAtStart })).split('\n');
  expect(lines[0]).toBe('alive at the peak, 1.38 KiB in backward (Sum):');
  expect(lines).toHaveLength(1 + 10 + 1);
  expect(lines[1]).toBe('  600 B  150       attention 0  MatMul');
  expect(lines[2]).toBe('  400 B  100       attention 0  Add     held by tape of Mul and 1 more');
  expect(lines[3]).toContain('scratch');
  expect(lines.at(-1)).toBe('   60 B  5 others');
});

test('docs/timeline.md names the columns with the same words', () => {
  const page = readFileSync(new URL('../../docs/timeline.md', import.meta.url), 'utf8');
  const rows = ALIVE_AT_PEAK_COLUMNS.map(({ name, meaning }) => `| \`${name}\` | ${meaning} |`);
  expect(page).toContain(rows.join('\n'));
});
