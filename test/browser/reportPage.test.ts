/** report.html as a reader has it: a file, opened in a real browser that has no network. */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { judge } from '../../src/accuracy/judge.ts';
import type { Estimator } from '../../src/estimators/estimator.ts';
import { ESTIMATORS } from '../../src/estimators/index.ts';
import { readRecords } from '../../src/records/store.ts';
import { timelineSchema } from '../../src/records/timeline.ts';
import { htmlReport } from '../../src/report/html/page.ts';
import { stepPeak } from '../../src/report/replay.ts';
import { temporaryFolder } from '../cli/memproof.ts';
import { openChromium } from './chromium.ts';

const committed = (file: string): string => fileURLToPath(new URL(`../../results/baselines/${file}`, import.meta.url));
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Ends an element, ends an attribute, runs as code, turns the direction of reading, and is no letter. */
const HOSTILE = `</script><script>window.hacked=1</script><img src=x onerror="window.hacked=2">"'\u202e👩🏽‍🔬`;

const folder = temporaryFolder();
const plainPage = join(folder, 'plain.html');
const hostilePage = join(folder, 'hostile.html');
const timeline = timelineSchema.parse(
  JSON.parse(readFileSync(committed('nvidia-h200/timelines/501f153b4853.json'), 'utf8')),
);

const hostileFormula: Estimator = {
  ...(ESTIMATORS[0] as Estimator),
  id: HOSTILE,
  title: HOSTILE,
  source: { citation: HOSTILE, url: 'javascript:window.hacked=3', version: HOSTILE },
};

let browser: Awaited<ReturnType<typeof openChromium>>;
let page: Page;
let trouble: string[] = [];

beforeAll(async () => {
  const { records } = readRecords(committed('cpu/quickstart.jsonl'));
  const timelines = [{ name: 'a decoder', timeline }];
  writeFileSync(plainPage, await htmlReport({ judgement: judge(records, ESTIMATORS), command: null, timelines }));
  const named = records
    .slice(0, 3)
    .map((record) =>
      record.outcome === 'measured'
        ? { ...record, environment: { ...record.environment, device: { ...record.environment.device, name: HOSTILE } } }
        : record,
    );
  const hostile = judge(named, [hostileFormula, ...ESTIMATORS.slice(-2)]);
  writeFileSync(
    hostilePage,
    await htmlReport({ judgement: hostile, command: HOSTILE, timelines: [{ name: HOSTILE, timeline }] }),
  );
  browser = await openChromium();
  page = browser.page;
  await page.context().setOffline(true);
  page.on('console', (message) => trouble.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => trouble.push(error.message));
  page.on('request', (request) => {
    if (!request.isNavigationRequest()) trouble.push(`asked for ${request.url()}`);
  });
});
afterAll(() => browser.close());

/** Everything is written and filled in; what went wrong until then is in `trouble`. */
async function open(file: string, { width = 1280, colorScheme = 'light' as 'light' | 'dark' } = {}): Promise<void> {
  trouble = [];
  await page.setViewportSize({ width, height: 900 });
  await page.emulateMedia({ colorScheme, media: 'screen' });
  await page.goto(pathToFileURL(file).href);
  await page.waitForSelector('html[data-ready="yes"]', { state: 'attached' });
}

const column = (name: string) =>
  page.evaluate<string[]>(
    `[...document.querySelectorAll('#scores tbody tr')].map((row) => row.cells[[...document.querySelectorAll('#scores thead th')].findIndex((cell) => cell.textContent === ${JSON.stringify(name)})].textContent)`,
  );

const percentOf = (text: string): number =>
  text === 'exact' ? 0 : Math.abs(Number(text.replace('−', '-').replace(/[\s%+<]/g, '')));

test('nothing is fetched, and nothing is complained about', async () => {
  await open(plainPage);
  expect(trouble).toEqual([]);
  expect(await page.locator('main > section').count()).toBeGreaterThanOrEqual(12);
  expect(await page.locator('section svg').count()).toBeGreaterThan(5);
});

test('the scoreboard sorts by a button, in both directions, and says so', async () => {
  await open(plainPage);
  const worst = page.locator('#scores th', { hasText: 'worst' });
  await worst.getByRole('button').press('Enter');
  expect(await worst.getAttribute('aria-sort')).toBe('ascending');
  const ascending = (await column('worst')).map(percentOf);
  expect(ascending.length).toBeGreaterThan(5);
  expect(ascending).toEqual([...ascending].sort((a, b) => a - b));
  await worst.getByRole('button').click();
  expect(await worst.getAttribute('aria-sort')).toBe('descending');
  expect((await column('worst')).map(percentOf)).toEqual([...ascending].reverse());
  expect(await page.locator('#scores-status').textContent()).toContain('by worst, largest first');
});

test('the scoreboard is filtered by quantity, ledger and match', async () => {
  await open(plainPage);
  const filter = page.locator('#scores-filter');
  const before = (await column('formula')).length;
  await filter.getByLabel('Quantity').selectOption('weights');
  expect(new Set(await column('quantity'))).toEqual(new Set(['weights']));
  await filter.getByLabel('Ledger').selectOption('buffers');
  expect(new Set(await column('ledger'))).toEqual(new Set(['buffers']));
  await filter.getByLabel('Ledger').selectOption('');
  await filter.getByLabel('Quantity').selectOption('');
  await filter.getByLabel('Configurations').selectOption('matched');
  expect(new Set(await column('match'))).toEqual(new Set(['matched']));
  await filter.getByLabel('Configurations').selectOption('');
  expect((await column('formula')).length).toBeGreaterThan(before);
});

test('a configuration is found, and its numbers are those of its record', async () => {
  await open(plainPage);
  const [record] = readRecords(committed('cpu/quickstart.jsonl')).records;
  if (record?.outcome !== 'measured') throw new Error('not measured');
  await page.getByLabel('Search').fill(record.configId);
  expect(await page.locator('#records-list > li').count()).toBe(1);
  await page.locator('#records-list summary').click();
  const measured = page.locator('#records-list table', { hasText: 'Measured bytes' });
  await measured.waitFor();
  const said = (await measured.locator('tr', { hasText: 'step-peak' }).textContent())?.replaceAll(',', '');
  const first = record.readings.find(({ quantity, ledger }) => quantity === 'step-peak' && ledger === 'requested');
  expect(first?.bytes).toBeGreaterThan(0);
  expect(said).toContain(String(first?.bytes));
  const predicted = page.locator('#records-list table', { hasText: 'Predicted bytes' });
  const exact = predicted.locator('tr', { hasText: 'tfjs-closed-form' }).filter({ hasText: 'step-peakrequested' });
  expect(await exact.textContent()).toContain('exact');
});

test('the pointer over a step shows the kernel, and so do the arrow keys', async () => {
  await open(plainPage);
  const output = page.locator('#timeline-0 output');
  const { kernel, requestedBytes } = stepPeak(timeline);
  expect(await output.textContent()).toContain(`${kernel} (`); // it begins at the peak
  expect(await output.textContent()).toContain(`${(requestedBytes / 2 ** 20).toFixed(2)} MiB alive`);
  const atPeak = await output.textContent();
  await page.locator('#timeline-0 svg').hover({ position: { x: 100, y: 150 } });
  const nearStart = await output.textContent();
  expect(nearStart).toMatch(/^\S.* \(forward, event \d+, /);
  const number = Number(/event (\d+)/.exec(nearStart ?? '')?.[1]);
  const happened = timeline.events.slice(0, number).at(-1);
  if (happened?.kind === 'allocated') expect(nearStart).toContain(happened.buffer.kernel);
  await page.getByLabel('Instant').press('ArrowRight');
  expect(await output.textContent()).not.toBe(nearStart);
  expect(nearStart).not.toBe(atPeak);
});

test('at 360 pixels the page itself does not scroll sideways, and what is wide can be reached by keyboard', async () => {
  for (const file of [plainPage, hostilePage]) {
    await open(file, { width: 360 });
    await page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true");
    await page.waitForSelector('#records-list table');
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
    const unreachable = `[...document.querySelectorAll('body *')].filter((box) => box.checkVisibility() && getComputedStyle(box).overflowX === 'auto' && box.scrollWidth > box.clientWidth && box.tabIndex < 0).length`;
    expect(await page.evaluate(unreachable)).toBe(0);
  }
});

test('axe finds nothing, in light and in dark', async () => {
  for (const colorScheme of ['light', 'dark'] as const) {
    await open(plainPage, { colorScheme });
    await page.evaluate(
      "for (const one of document.querySelectorAll('#accuracy > details:first-of-type, #environment details, #records-list > li:first-child details')) one.open = true",
    );
    await page.waitForSelector('#records-list table');
    await page.evaluate(AXE);
    // What differs between the two is colour alone.
    const options = colorScheme === 'light' ? "{ resultTypes: ['violations'] }" : "{ runOnly: ['color-contrast'] }";
    const found = await page.evaluate<string[]>(
      `axe.run(document, ${options}).then(({ violations }) => violations.filter(({ impact }) => impact !== 'minor').map(({ id, nodes }) => id + ': ' + nodes.slice(0, 3).map(({ html }) => html).join(' ')))`,
    );
    expect(found).toEqual([]);
  }
});

test('the dark page is dark, and its text light', async () => {
  const colours =
    'const { backgroundColor, color } = getComputedStyle(document.body); [backgroundColor, color].map((rgb) => rgb.match(/\\d+/g).reduce((sum, part) => sum + Number(part), 0))';
  await open(plainPage, { colorScheme: 'light' });
  const [ground = 0, ink = 0] = await page.evaluate<number[]>(`{${colours}}`);
  expect(ground).toBeGreaterThan(ink);
  await open(plainPage, { colorScheme: 'dark' });
  const [darkGround = 0, darkInk = 0] = await page.evaluate<number[]>(`{${colours}}`);
  expect(darkGround).toBeLessThan(darkInk);
});

test('it prints on A4', async () => {
  await open(plainPage);
  const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
  expect(pdf.startsWith('%PDF-')).toBe(true);
  const [, width = 0, height = 0] = /\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/.exec(pdf) ?? [];
  expect(Math.abs(Number(width) - 595)).toBeLessThan(2); // points
  expect(Math.abs(Number(height) - 842)).toBeLessThan(2);
  expect(pdf.match(/\/Type \/Page\b/g)?.length).toBeGreaterThan(3);
});

test('hostile text shows and does nothing', async () => {
  await open(hostilePage);
  await page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true");
  await page.waitForSelector('#records-list table');
  expect(trouble).toEqual([]);
  expect(await page.evaluate('window.hacked')).toBeUndefined();
  expect(await page.locator('img').count()).toBe(0);
  expect(await page.locator('a[href^="javascript"]').count()).toBe(0);
  const text = await page.evaluate<string>('document.body.innerText');
  expect(text).toContain('</script><script>window.hacked=1</script>');
  expect(text).toContain('👩🏽‍🔬');
  const everything = await page.evaluate<string>('document.documentElement.outerHTML');
  expect(everything).not.toContain('\u202e');
});
