/**
 * The pictures of docs/reading-a-report.md, from committed records, as Chromium draws them. Two machines may differ in fonts, so no test
 * holds the files to this.
 * usage: npm run build && node scripts/report-pictures.mjs
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Of which records, and where on their page the picture is; `height` cuts off what goes on below. */
const PICTURES = [
  { name: 'parity', records: 'cpu/quickstart.jsonl', selector: '#accuracy figure' },
  { name: 'residuals', records: 'cpu/quickstart.jsonl', selector: '#residuals .panels', height: 150 },
  { name: 'ledgers', records: 'cpu/quickstart.jsonl', selector: '#ledgers figure' },
  { name: 'step', records: 'nvidia-h200/kernels.jsonl', selector: '#timeline-0 svg' },
];

const folder = mkdtempSync(join(tmpdir(), 'memproof-pictures-'));
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
try {
  const page = await browser.newPage({ viewport: { width: 900, height: 900 }, colorScheme: 'light' });
  for (const { name, records, selector, height } of PICTURES) {
    const file = join(root, 'results/baselines', records);
    const entry = join(root, 'dist/cli/main.js');
    const { status, stderr } = spawnSync(process.execPath, [entry, 'report', file, '--format', 'html', '-o', folder], {
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(stderr);
    await page.goto(pathToFileURL(join(folder, 'report.html')).href);
    await page.waitForSelector('html[data-ready="yes"]', { state: 'attached' });
    const box = await page.locator(selector).first().boundingBox();
    const clip = { ...box, height: height ?? box.height };
    await page.screenshot({ path: join(root, 'docs/pictures', `${name}.png`), clip, fullPage: true });
  }
} finally {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
}
