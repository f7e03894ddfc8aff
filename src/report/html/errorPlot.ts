/** How far each formula is from each configuration: predicted ÷ measured, one line per configuration. */
import type { ComparedRow } from '../../accuracy/compare.ts';
import { grouped } from '../../accuracy/grouped.ts';
import { plainLine } from '../plainLine.ts';
import { figure } from './figure.ts';
import { drawnFormulas, type Focus } from './focus.ts';
import { labelOf, marginFor } from './labels.ts';
import type { Markup } from './markup.ts';
import { signedPercent } from './numbers.ts';
import { FAINT } from './palette.ts';
import type { Plots } from './plots.ts';
import { sampled, sampleNote } from './sampled.ts';
import { legend, seriesScales } from './series.ts';
import { BAND, TRUSTED_WITHIN } from './trusted.ts';

const MOST_LINES = 40;
const LINE_HEIGHT = 20;
/** Beyond these a mark stands at the edge. */
const [LEAST, MOST] = [1 / 16, 16];
const TICKS = [LEAST, 1 / 8, 1 / 4, 1 / 2, 1, 2, 4, 8, MOST];

/** The formulas and the quantity of `focus`. */
export function errorPlot(focus: Focus, plots: Plots): Markup {
  const { Plot, draw } = plots;
  const formulas = drawnFormulas(focus);
  const rows = focus.rows.filter(({ estimator, errorRatio }) => formulas.includes(estimator) && errorRatio !== null);
  const ofConfigurations = grouped(rows, ({ configId }) => configId).sort(([a], [b]) => measured(a) - measured(b));
  const drawn = sampled(ofConfigurations, MOST_LINES);
  const names = drawn.map(([first]) => labelOf(first as ComparedRow));
  const points = drawn.flatMap((own, line) => own.map((row) => pointOf(row, names[line] ?? '')));
  const ratios = points.map(({ ratio }) => ratio);
  const domain = [Math.min(0.8, ...ratios) / 1.1, Math.max(1.25, ...ratios) * 1.1];
  const marginLeft = marginFor(names);
  const title = `${focus.quantity}: error of each configuration`;
  const picture = draw(`${title}, ${drawn.length} lines`, {
    ...{
      width: marginLeft + 620,
      height: drawn.length * LINE_HEIGHT + 84,
      marginLeft,
      marginRight: 24,
      marginBottom: 44,
    },
    x: {
      type: 'log',
      base: 2,
      domain,
      ticks: TICKS.filter((tick) => tick >= (domain[0] ?? 0) && tick <= (domain[1] ?? 0)),
      tickFormat: times,
      label: 'predicted ÷ measured',
      grid: true,
    },
    y: { domain: names, label: null, tickSize: 0 },
    ...seriesScales(formulas),
    marks: [
      Plot.rectX([null], { x1: 1 - TRUSTED_WITHIN, x2: 1 + TRUSTED_WITHIN, fillOpacity: 0.14 }),
      Plot.ruleX([1], { stroke: FAINT }),
      Plot.dot(points, { x: 'ratio', y: 'name', stroke: 'formula', symbol: 'formula', title: 'title', r: 4 }),
    ],
  });
  const notes = [
    `Configurations from the smallest to the largest measured bytes. Left of 1× too little is promised. Band: ${BAND}.`,
    points.some(({ isCut }) => isCut) ? `A mark at the edge lies beyond ${times(LEAST)} or ${times(MOST)}.` : null,
    sampleNote(drawn.length, ofConfigurations.length, 'configurations'),
  ];
  return figure({ title, picture, legend: legend(formulas, plots), notes });
}

const measured = (row: ComparedRow | undefined): number => row?.measuredBytes ?? 0;

/** `0.5×` */
const times = (ratio: number): string => `${ratio}×`;

function pointOf({ estimator, errorRatio, configId }: ComparedRow, name: string) {
  const ratio = 1 + (errorRatio ?? 0);
  const shown = Math.min(MOST, Math.max(LEAST, ratio));
  const title = `${plainLine(estimator)}: ${signedPercent(errorRatio)}\n${name.slice(0, -4)}${configId}`;
  return { name, formula: plainLine(estimator), ratio: shown, isCut: shown !== ratio, title };
}
