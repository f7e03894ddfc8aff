/** The first thing on the page: what was measured, on what, and which formula can be trusted for it. */

import type { ScoreboardRow } from '../../accuracy/score.ts';
import { counted } from '../counted.ts';
import type { MethodFacts } from '../methodFacts.ts';
import type { Methods } from '../methods.ts';
import { type Focus, wasOftenCompared } from './focus.ts';
import { html, type Markup } from './markup.ts';
import { percent, signedPercent } from './numbers.ts';
import { BAND, isTrusted } from './trusted.ts';

/** `focus` is undefined where nothing was compared. */
export function headline({ reportId, version, facts }: Methods, focus: Focus | undefined): Markup {
  const configurations = counted(facts.configurations, 'configuration');
  const devices = [...facts.environments.map(({ device }) => device.name), ...facts.frameworks];
  return html`<header>
<h1>${focus === undefined ? 'Memory of transformer steps' : `${capital(focus.quantity)} of transformer models: formulas against measurement`}</h1>
<p class="lead">${configurations} on ${devices.length === 0 ? 'no device' : devices.join('; ')}. ${verdict(focus, facts)}</p>
<p class="note">Report ${reportId}, by memproof ${version}.</p>
</header>`;
}

/** In one sentence or two. */
export function verdict(focus: Focus | undefined, { outcomes, configurations }: MethodFacts): string {
  const { measured = 0, external = 0 } = outcomes as Partial<Record<string, number>>;
  if (measured + external === 0) return 'None of them has readings.';
  if (focus === undefined) return 'No formula says anything of what was measured.';
  const trusted = focus.ranked.filter(isTrusted);
  const others = focus.ranked.filter((row) => !isTrusted(row));
  const nearest = others.find((row) => wasOftenCompared(row, focus)) ?? others[0];
  const ledgers = [...new Set(focus.ranked.map(({ ledger }) => ledger))].join(' or ');
  const some = focus.configurations < configurations ? `, known of ${focus.configurations} of them,` : '';
  const of = `${focus.quantity}${some} in the ledger ${ledgers}${focus.isOriginNamed ? ` (${focus.origin})` : ''}`;
  const first = trusted.length > 0 ? 'Of the others the nearest' : 'The nearest';
  const sentences = [
    trusted.length > 0
      ? `For ${of}, ${listed(trusted.map((row) => `${row.estimator} (${withinText(row)}${coverage(row, focus)})`))} can be trusted.`
      : `For ${of}, no formula stays within ${BAND} of what was measured.`,
    ...(nearest === undefined
      ? []
      : [`${first} is ${nearest.estimator}: ${distance(nearest)}${coverage(nearest, focus)}.`]),
  ];
  return sentences.join(' ');
}

const withinText = ({ exactCount, count, worstErrorRatio }: ScoreboardRow): string =>
  exactCount === count ? 'exact to the byte' : `never off by more than ${percent(worstErrorRatio ?? 0)}`;

const distance = ({ medianErrorRatio, worstErrorRatio, underCount, count }: ScoreboardRow): string =>
  `${signedPercent(medianErrorRatio)} in the median, ${signedPercent(worstErrorRatio)} at worst, too little on ${underCount} of ${count}`;

const coverage = ({ count }: ScoreboardRow, { configurations }: Focus): string =>
  count < configurations ? `, on ${count} of ${configurations} configurations` : '';

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1).replaceAll('-', ' ');

const MOST_NAMED = 3;

function listed(texts: readonly string[]): string {
  const named =
    texts.length > MOST_NAMED ? [...texts.slice(0, MOST_NAMED - 1), `${texts.length - MOST_NAMED + 1} more`] : texts;
  return named.length < 2 ? named.join('') : `${named.slice(0, -1).join(', ')} and ${named.at(-1)}`;
}
