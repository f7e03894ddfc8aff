/** Which parts of each formula are off: bars to the left are bytes that it forgets, bars to the right bytes that nobody takes. */
import type { Judgement } from '../../accuracy/judge.ts';
import { itemisedComparisons } from '../../accuracy/residuals/itemised.ts';
import { type PartsSummary, partsSummaries } from '../../accuracy/residuals/summary.ts';
import { plainLine } from '../plainLine.ts';
import { figure } from './figure.ts';
import { drawnFormulas, type Focus } from './focus.ts';
import { html, type Markup } from './markup.ts';
import { percent, signedPercent } from './numbers.ts';
import { COMPONENT_ORDER, FAINT, OVER, UNDER } from './palette.ts';
import type { Plots } from './plots.ts';

/** Of the measured total: smaller errors are left out of the picture. */
const LEAST_DRAWN = 0.005;
const BAR_HEIGHT = 18;

/** Null where no formula of the picture names parts. */
export function residualBars({ comparisons }: Judgement, focus: Focus, { Plot, draw }: Plots): Markup | null {
  const formulas = drawnFormulas(focus);
  const summaries = partsSummaries(itemisedComparisons(comparisons)).filter(
    ({ estimator, quantity, origin, isSum }) =>
      formulas.includes(estimator) && quantity === focus.quantity && origin === focus.origin && !isSum,
  );
  const inOrder = formulas.flatMap((formula) => summaries.filter(({ estimator }) => estimator === formula));
  const wrong = inOrder.filter(({ errors }) => errors.some(isDrawn));
  if (inOrder.length === 0) return null;
  const exact = inOrder.filter((summary) => !wrong.includes(summary)).map(({ estimator }) => estimator);
  const widest = Math.max(0.1, ...wrong.flatMap(({ errors }) => errors.map(({ share }) => Math.abs(share)))) * 1.6;
  const pictures = wrong.map((summary) => barsOf(summary, widest, { Plot, draw }));
  return figure({
    title: `${focus.quantity}: error of each part`,
    picture: html`<div class="panels">${pictures}</div>`,
    notes: [
      `Predicted − measured in % of the measured total, medians over the configurations nearest to the formula's own ground (in brackets how many of all). Medians need not add up.`,
      `Parts that are off by less than ${percent(LEAST_DRAWN)} are left out.`,
      exact.length === 0 ? null : `Every part of ${exact.join(', ')} is right to within that.`,
    ],
  });
}

const isDrawn = ({ share }: PartsSummary['errors'][number]): boolean => Math.abs(share) >= LEAST_DRAWN;

const ORDER: readonly string[] = [...COMPONENT_ORDER, 'unitemised'];

function barsOf({ estimator, errors, totalShare, count, of }: PartsSummary, widest: number, { Plot, draw }: Plots) {
  const bars = errors.filter(isDrawn).map(({ component, share }) => ({ component, share, text: signedPercent(share) }));
  const domain = ORDER.filter((name) => bars.some(({ component }) => component === name));
  const title = `${plainLine(estimator)}: ${signedPercent(totalShare)} in all (${count} of ${of})`;
  const picture = draw(`${title}: ${bars.map(({ component, text }) => `${component} ${text}`).join(', ')}`, {
    ...{
      width: 420,
      height: bars.length * BAR_HEIGHT + 14,
      marginLeft: 104,
      marginRight: 8,
      marginTop: 4,
      marginBottom: 6,
    },
    x: { domain: [-widest, widest], axis: null },
    y: { domain, label: null, tickSize: 0 },
    marks: [
      Plot.barX(bars, { x: 'share', y: 'component', fill: ({ share }) => (share < 0 ? UNDER : OVER), inset: 2 }),
      Plot.ruleX([0], { stroke: FAINT }),
      Plot.text(
        bars.filter(({ share }) => share < 0),
        { x: 'share', y: 'component', text: 'text', textAnchor: 'end', dx: -4 },
      ),
      Plot.text(
        bars.filter(({ share }) => share >= 0),
        { x: 'share', y: 'component', text: 'text', textAnchor: 'start', dx: 4 },
      ),
    ],
  });
  return html`<div><h3>${title}</h3>${picture}</div>`;
}
