/** Data in a page: base64 of gzip of folded lines, in an element that no browser runs. Found again here, and by the page's own script. */
import { gunzipSync, gzipSync } from 'node:zlib';
import { folded, unfolded } from './folded.ts';
import { Markup } from './markup.ts';

/** The judged records, one JSON line each, as they were read. */
export const RECORDS_ID = 'memproof-records';
/** Of each record its compared totals: see browser/pageData.ts. */
export const COMPARISONS_ID = 'memproof-comparisons';
/** What the script shows beside the records. */
export const PAGE_ID = 'memproof-page';

const opening = (id: string): string => `<script type="application/gzip" id="${id}">`;
const CLOSING = '</script>';

/** Joined as bytes: many records are longer than a text can be. */
export function packed(id: string, lines: Iterable<string>): Markup {
  const parts: Buffer[] = [];
  for (const line of folded(lines)) parts.push(Buffer.from(parts.length === 0 ? line : `\n${line}`));
  return new Markup(`${opening(id)}${gzipSync(Buffer.concat(parts), { level: 9 }).toString('base64')}${CLOSING}`);
}

/** The lines, each made when it is asked for; null where `page` has no such element. Throws where what it holds is no gzip. */
export function unpackedLines(page: string, id: string): Iterable<string> | null {
  const start = page.indexOf(opening(id));
  if (start < 0) return null;
  const from = start + opening(id).length;
  const end = page.indexOf(CLOSING, from);
  if (end < 0) return null;
  return unfolded(linesOf(gunzipSync(Buffer.from(page.slice(from, end), 'base64'))));
}

function* linesOf(bytes: Buffer): Generator<string> {
  const LINE_FEED = 10;
  for (let start = 0; start < bytes.length; ) {
    const found = bytes.indexOf(LINE_FEED, start);
    const end = found < 0 ? bytes.length : found;
    yield bytes.toString('utf8', start, end);
    start = end + 1;
  }
}
