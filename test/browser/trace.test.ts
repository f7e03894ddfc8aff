/** The trace of a real two-layer step, loaded and drawn by a real browser. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readRecords } from '../../src/records/store.ts';
import { memproof, TINY_SWEEP, temporaryFolder, writeJson } from '../cli/memproof.ts';
import { traceEvents } from '../report/traceFormat.ts';
import { inChromium, served } from './chromium.ts';
import { TIMELINE_PAGE } from './timelinePage.ts';

interface Drawn {
  readonly maxima: Readonly<Record<string, number>>;
  readonly inkedPixels: number;
  readonly colours: number;
  readonly highestAtUs: number;
  readonly pixelUs: number;
}

const folder = temporaryFolder();

test('Chromium reads the same maxima from the trace as the record has, and draws them', async () => {
  const sweep = writeJson(folder, 'two-layers.json', { ...TINY_SWEEP, list: [{ model: { layers: 2 } }] });
  const { exitCode } = memproof('run', sweep, '-o', folder, '--repeats', '1', '--timeline', '--format', 'trace');
  expect(exitCode).toBe(0);
  const [record] = readRecords(join(folder, 'records.jsonl')).records;
  if (record?.outcome !== 'measured') throw new Error('not measured');
  const trace = readFileSync(join(folder, `${record.configId}.trace.json`), 'utf8');

  const problems: string[] = [];
  const drawn = await inChromium((page) => {
    page.on('pageerror', (error) => problems.push(error.message));
    return served({ '/': TIMELINE_PAGE, '/trace.json': trace }, async (origin) => {
      await page.goto(origin);
      return page.evaluate<Drawn>('window.drawn');
    });
  });
  expect(problems).toEqual([]);

  const stepPeak = (ledger: string) =>
    record.readings.find((reading) => reading.quantity === 'step-peak' && reading.ledger === ledger)?.bytes;
  expect(drawn.maxima).toMatchObject({
    requested: stepPeak('requested'),
    buffers: stepPeak('buffers'),
    'live bytes by component': stepPeak('requested'),
  });
  expect(drawn.inkedPixels).toBeGreaterThan(10_000);
  expect(drawn.colours).toBeGreaterThanOrEqual(5); // as many components are thick enough to be seen
  const { phase } = traceEvents(trace).find(({ ph }) => ph === 'i')?.args ?? {};
  const { ts = 0, dur = 0 } = traceEvents(trace).find(({ ph, name }) => ph === 'X' && name === phase) ?? {};
  expect(drawn.highestAtUs).toBeGreaterThanOrEqual(ts - drawn.pixelUs); // the highest point is where the peak is said to be
  expect(drawn.highestAtUs).toBeLessThanOrEqual(ts + dur + drawn.pixelUs);
});
