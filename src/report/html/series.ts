/** Formulas in a picture: each has a colour and a shape, and the legend says which. */
import { plainLine } from '../plainLine.ts';
import { html, type Markup } from './markup.ts';
import { SERIES_COLOURS, SERIES_SYMBOLS } from './palette.ts';
import type { Plots } from './plots.ts';

/** Scales of a picture whose marks have the channel `formula`. */
export const seriesScales = (formulas: readonly string[]) => ({
  color: {
    type: 'categorical' as const,
    domain: formulas.map(plainLine),
    range: SERIES_COLOURS.slice(0, formulas.length),
  },
  symbol: { domain: formulas.map(plainLine), range: SERIES_SYMBOLS.slice(0, formulas.length) },
});

/** What each colour and shape means. */
export function legend(formulas: readonly string[], { Plot, draw }: Plots): Markup {
  const items = formulas.map((formula) => {
    const marks = [
      Plot.dot([{ formula: plainLine(formula) }], { x: 7, y: 7, fill: 'formula', symbol: 'formula', r: 5 }),
    ];
    const mark = draw('', {
      ...{ width: 14, height: 14, margin: 0, axis: null, marks },
      ...{ x: { domain: [0, 14] }, y: { domain: [14, 0] } },
      ...seriesScales(formulas),
    });
    return html`<li>${mark} ${formula}</li>`;
  });
  return html`<ul class="legend">${items}</ul>`;
}
