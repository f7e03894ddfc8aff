/** Where the peak is: in which phase, at which kernel, and what is alive there. */
import { grouped } from '../../accuracy/grouped.ts';
import { readingsOf } from '../../accuracy/readings.ts';
import { MOST_TELLING_FIRST } from '../../accuracy/shownLedger.ts';
import { isRead, type JudgedRecord } from '../../records/judged.ts';
import { originOf } from '../../records/origin.ts';
import { type Quantity, WHOLE_PEAK } from '../../records/quantity.ts';
import { formatBytes } from '../../units/bytes.ts';
import { figure } from './figure.ts';
import type { Focus } from './focus.ts';
import { labelOf, marginFor } from './labels.ts';
import { html, type Markup } from './markup.ts';
import { percent } from './numbers.ts';
import { COMPONENT_COLOURS, COMPONENT_ORDER } from './palette.ts';
import type { Plots } from './plots.ts';
import { sampled, sampleNote } from './sampled.ts';
import { left, right, table } from './table.ts';

const MOST_BARS = 24;
const BAR_HEIGHT = 24;

interface FoundPeak {
  readonly label: string;
  readonly bytes: number;
  readonly place: readonly string[];
  readonly parts: readonly { readonly component: string; readonly bytes: number }[];
}

/** Null where nobody looked for a peak. */
export function peakPlaces(records: readonly JudgedRecord[], focus: Focus, plots: Plots): Markup | null {
  const asked: readonly Quantity[] = focus.quantity.endsWith('peak') ? [focus.quantity] : Object.values(WHOLE_PEAK);
  const own = records.filter((record) => originOf(record) === focus.origin);
  const all = asked.map((quantity) => ({ quantity, found: own.flatMap((record) => peakOf(record, quantity) ?? []) }));
  const { quantity, found } = all.find((one) => one.found.length > 0) ?? { quantity: focus.quantity, found: [] };
  if (found.length === 0) return null;
  return html`${placesTable(found, quantity)}${partsBars(found, quantity, plots)}`;
}

function peakOf(record: JudgedRecord, quantity: Quantity): FoundPeak | null {
  if (!isRead(record)) return null;
  const find = readingsOf(record);
  for (const ledger of MOST_TELLING_FIRST) {
    const { bytes, peak, components = [] } = find(quantity, ledger) ?? {};
    if (bytes === undefined || peak === undefined) continue;
    const ofNames = grouped(components, ({ component }) => component);
    const parts = ofNames.flatMap(([first, ...others]) => {
      if (first === undefined) return [];
      return [{ component: first.component, bytes: others.reduce((sum, part) => sum + part.bytes, first.bytes) }];
    });
    return { label: labelOf(record), bytes, parts, place: [peak.phase, peak.kernel, peak.component ?? '–'] };
  }
  return null;
}

function placesTable(found: readonly FoundPeak[], quantity: Quantity): Markup {
  const places = grouped(found, ({ place }) => place.join(' ')).sort((a, b) => b.length - a.length);
  const rows = places.map((alike) => {
    const [first] = alike as [FoundPeak];
    const [phase = '', kernel = '', component = ''] = first.place;
    return [phase, kernel, component, alike.length, percent(alike.length / found.length)];
  });
  const head = [left('phase'), left('kernel that raised it'), left('of'), right('configurations'), right('share')];
  return table(`Where the ${quantity} is`, head, rows);
}

function partsBars(found: readonly FoundPeak[], quantity: Quantity, { Plot, draw }: Plots): Markup | null {
  const known = found.filter(({ parts }) => parts.length > 0).sort((a, b) => a.bytes - b.bytes);
  if (known.length === 0) return null;
  const drawn = sampled(known, MOST_BARS);
  const bars = drawn.flatMap(({ label, bytes, parts }) =>
    parts.map(({ component, bytes: own }) => {
      return {
        label,
        component,
        share: own / bytes,
        title: `${component}: ${formatBytes(own)}, ${percent(own / bytes)} of ${formatBytes(bytes)}`,
      };
    }),
  );
  const marginLeft = marginFor(drawn.map(({ label }) => label));
  const title = `What is alive at the ${quantity}`;
  const picture = draw(`${title}: shares of ${drawn.length} configurations`, {
    ...{
      width: marginLeft + 500,
      height: drawn.length * BAR_HEIGHT + 60,
      marginLeft,
      marginRight: 70,
      marginTop: 8,
      marginBottom: 44,
    },
    x: {
      domain: [0, 1],
      ticks: 5,
      tickFormat: (share: number) => `${share * 100} %`,
      label: 'share of the live bytes',
    },
    y: { domain: drawn.map(({ label }) => label), label: null, tickSize: 0, padding: 0.2 },
    color: { type: 'categorical', domain: [...COMPONENT_ORDER], range: COMPONENT_COLOURS },
    marks: [
      Plot.barX(
        bars,
        Plot.stackX({ x: 'share', y: 'label', fill: 'component', title: 'title', order: [...COMPONENT_ORDER] }),
      ),
      Plot.text(drawn, { x: 1, y: 'label', text: ({ bytes }) => formatBytes(bytes), textAnchor: 'start', dx: 6 }),
    ],
  });
  const names = COMPONENT_ORDER.filter((name) => bars.some(({ component, share }) => component === name && share > 0));
  const notes = ['From the smallest peak to the largest.', sampleNote(drawn.length, known.length, 'configurations')];
  return figure({ title, picture, legend: componentLegend(names), notes });
}

/** Swatches, in the order of the stack. */
export const componentLegend = (names: readonly string[]): Markup =>
  html`<ul class="legend">${names.map(
    (name) =>
      html`<li><span class="swatch" style="background:${COMPONENT_COLOURS[COMPONENT_ORDER.indexOf(name)] ?? ''}"></span>${name}</li>`,
  )}</ul>`;
