/** Where each formula comes from. */
import type { Judgement } from '../../accuracy/judge.ts';
import { html, type Markup } from './markup.ts';
import { left, table } from './table.ts';

/** Only the web: an address could also be code that runs when it is clicked. */
const isWebAddress = (address: string): boolean => /^https?:\/\//i.test(address);

/** All that judged, whether or not they had something to say. */
export function sources({ estimators }: Judgement): Markup {
  const rows = estimators.map(({ id, title, source: { citation, url, version } }) => [
    ...[id, title],
    url !== undefined && isWebAddress(url) ? html`<a href="${url}" rel="noreferrer">${citation}</a>` : citation,
    version,
  ]);
  return table('Formulas', [left('formula'), left('title'), left('source'), left('version')], rows);
}
