/** The first thing on the page: what was measured, on what, and which formula can be trusted for it. */
import type { ScoreboardRow } from '../../accuracy/score.ts';
import type { Methods } from '../methods.ts';
import type { Focus } from './focus.ts';
import { html, type Markup } from './markup.ts';
import { percent, signedPercent } from './numbers.ts';

/** Half the width of the band in the pictures: a formula that never leaves it is trusted. */
export const TRUSTED_WITHIN = 0.05;
export const BAND = `±${TRUSTED_WITHIN * 100}\u00a0%`;

/** `focus` is undefined where nothing was compared. */
export function headline({ reportId, version, facts }: Methods, focus: Focus | undefined): Markup {
  const configurations = `${facts.configurations} configuration${facts.configurations === 1 ? '' : 's'}`;
  const devices = [...facts.environments.map(({ device }) => device.name), ...facts.frameworks];
  return html`<header>
<h1>${focus === undefined ? 'Memory of transformer steps' : `${capital(focus.quantity)} of transformer models: formulas against measurement`}</h1>
<p class="lead">${configurations} on ${devices.length === 0 ? 'no device' : devices.join('; ')}. ${verdict(focus)}</p>
<p class="note">Report ${reportId}, by memproof ${version}.</p>
</header>`;
}

/** In one sentence or two. */
export function verdict(focus: Focus | undefined): string {
  if (focus === undefined) return 'No formula says anything of what was measured.';
  const trusted = focus.ranked.filter(isTrusted);
  const [nearest] = focus.ranked.filter((row) => !isTrusted(row));
  const ledgers = [...new Set(focus.ranked.map(({ ledger }) => ledger))].join(' or ');
  const of = `${focus.quantity} in the ledger ${ledgers}${focus.isOriginNamed ? ` (${focus.origin})` : ''}`;
  const others = trusted.length > 0 ? 'Of the others the nearest' : 'The nearest';
  const sentences = [
    trusted.length > 0
      ? `For ${of}, ${listed(trusted.map((row) => `${row.estimator} (${withinText(row)}${coverage(row, focus)})`))} can be trusted.`
      : `For ${of}, no formula stays within ${BAND} of what was measured.`,
    ...(nearest === undefined
      ? []
      : [`${others} is ${nearest.estimator}: ${distance(nearest)}${coverage(nearest, focus)}.`]),
  ];
  return sentences.join(' ');
}

const isTrusted = ({ worstErrorRatio, withoutRatioCount }: ScoreboardRow): boolean =>
  worstErrorRatio !== null && Math.abs(worstErrorRatio) <= TRUSTED_WITHIN && withoutRatioCount === 0;

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
