/** Predicted against measured, both logarithmic: a formula that is right lies on the diagonal. */
import type { ComparedRow } from '../../accuracy/compare.ts';
import { describeConfig } from '../../config/describe.ts';
import { formatBytes } from '../../units/bytes.ts';
import { plainLine } from '../plainLine.ts';
import { figure } from './figure.ts';
import { drawnFormulas, type Focus } from './focus.ts';
import type { Markup } from './markup.ts';
import { axisBytes, byteTicks, signedPercent } from './numbers.ts';
import { FAINT } from './palette.ts';
import type { Plots } from './plots.ts';
import { sampled, sampleNote } from './sampled.ts';
import { legend, seriesScales } from './series.ts';
import { BAND, TRUSTED_WITHIN } from './trusted.ts';

/** Of one formula. */
const MOST_POINTS = 60;

/** At most `mostPoints` of each formula. */
export function parityPlot(focus: Focus, plots: Plots, mostPoints = MOST_POINTS): Markup {
  const { Plot, draw } = plots;
  const formulas = drawnFormulas(focus);
  const positive = focus.rows.filter(({ predictedBytes, measuredBytes }) => predictedBytes > 0 && measuredBytes > 0);
  const ofFormulas = formulas.map((formula) => positive.filter(({ estimator }) => estimator === formula));
  const points = ofFormulas.flatMap((rows) => sampled([...rows].sort(byMeasured), mostPoints)).map(pointOf);
  const all = ofFormulas.reduce((sum, rows) => sum + rows.length, 0);
  const title = `${focus.quantity}: predicted against measured`;
  if (points.length === 0)
    return figure({ title, picture: draw(title, { height: 40 }), notes: ['Nothing above 0 to draw.'] });
  const x = axisOf(points.map(({ measured }) => measured));
  const y = axisOf(points.flatMap(({ predicted, measured }) => [predicted, measured]));
  const picture = draw(`${title}, logarithmic axes, ${points.length} points`, {
    ...{ width: 760, height: 500, marginLeft: 78, marginRight: 24, marginTop: 32, marginBottom: 44 },
    x: { ...x, label: 'measured' },
    y: { ...y, label: 'predicted', grid: true },
    ...seriesScales(formulas),
    marks: [
      Plot.areaY(x.domain, {
        x: (size: number) => size,
        y1: (size: number) => size * (1 - TRUSTED_WITHIN),
        y2: (size: number) => size * (1 + TRUSTED_WITHIN),
        fillOpacity: 0.14,
        clip: true,
      }),
      Plot.line(x.domain, { x: (size: number) => size, y: (size: number) => size, stroke: FAINT }),
      Plot.dot(points, { x: 'measured', y: 'predicted', stroke: 'formula', symbol: 'formula', title: 'title', r: 4 }),
    ],
  });
  const left = focus.rows.length === positive.length ? null : 'Predictions of 0 bytes have no place here.';
  const notes = [
    `Band: ${BAND} of the measured bytes. Below it too little is promised. Drawn are ${formulas.length} of ${focus.ranked.length} formulas, the nearest first: those that can be trusted, and those that were compared on at least half of the configurations.`,
    ...[sampleNote(points.length, all, 'points'), left],
  ];
  return figure({ title, picture, legend: legend(formulas, plots), notes });
}

/** Logarithmic, a little wider than what is on it. */
function axisOf(sizes: readonly number[]) {
  const [smallest, largest] = [sizes.reduce((a, b) => Math.min(a, b)), sizes.reduce((a, b) => Math.max(a, b))];
  const domain: [number, number] = [smallest / 1.3, largest * 1.3];
  const ticks = byteTicks(...domain).filter((tick) => tick >= domain[0] && tick <= domain[1]);
  return { type: 'log' as const, base: 2, domain, ticks, tickFormat: axisBytes };
}

const byMeasured = (a: ComparedRow, b: ComparedRow): number => a.measuredBytes - b.measuredBytes;

const pointOf = ({ estimator, configuration, configId, predictedBytes, measuredBytes, errorRatio }: ComparedRow) => ({
  formula: plainLine(estimator),
  predicted: predictedBytes,
  measured: measuredBytes,
  title: `${plainLine(estimator)}: ${formatBytes(predictedBytes)} predicted, ${formatBytes(measuredBytes)} measured (${signedPercent(errorRatio)})\n${describeConfig(configuration)}, ${configId}`,
});
