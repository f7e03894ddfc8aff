/** The memory of one step, event by event, stacked by component; the phases and the peak are marked. */
import { type Mark, phaseBetween } from '../../records/mark.ts';
import type { StoredTimeline } from '../../records/timeline.ts';
import { formatBytes } from '../../units/bytes.ts';
import type { TimelineData } from './browser/pageData.ts';
import { figure } from './figure.ts';
import { html, type Markup } from './markup.ts';
import { axisBytes } from './numbers.ts';
import { COMPONENT_COLOURS, COMPONENT_ORDER, FAINT } from './palette.ts';
import { componentLegend } from './peakPlaces.ts';
import type { Plots } from './plots.ts';
import { thinned } from './timelineSamples.ts';

/** One that was stored, and what to call its configuration. */
export interface NamedTimeline {
  readonly name: string;
  readonly timeline: StoredTimeline;
}

const WIDTH = 860;
const [LEFT, RIGHT] = [72, 16];

/** `number` tells it from the others of the page. */
export function timelinePlot({ name, timeline }: NamedTimeline, number: number, { Plot, draw }: Plots) {
  const { components, samples, events, marks } = thinned(timeline);
  const peak = samples.reduce((highest, sample) => (sample.bytes > highest.bytes ? sample : highest));
  const rows = samples.flatMap(({ event, parts }) =>
    components.map((component, index) => ({ event, component, bytes: parts[index] ?? 0 })),
  );
  const phases = marks.flatMap(({ mark, event }, index) => {
    const phase = phaseBetween(mark as Mark, marks[index + 1]?.mark as Mark | undefined);
    return phase === null ? [] : [{ phase, event }];
  });
  const title = `One step of ${name}`;
  const spoken = `${title}: ${events} events; the peak of ${formatBytes(peak.bytes)} is in ${peak.phase} at ${peak.kernel}`;
  const top = peak.bytes * 1.12;
  const picture = draw(spoken, {
    ...{ width: WIDTH, height: 320, marginLeft: LEFT, marginRight: RIGHT, marginTop: 28, marginBottom: 40 },
    x: { domain: [0, events], label: 'event of the step, in order' },
    y: { domain: [0, top], ticks: linearTicks(top), tickFormat: axisBytes, label: 'alive', grid: true },
    color: { type: 'categorical', domain: [...COMPONENT_ORDER], range: COMPONENT_COLOURS },
    marks: [
      Plot.areaY(
        rows,
        Plot.stackY({ x: 'event', y: 'bytes', fill: 'component', curve: 'step-after', order: [...components] }),
      ),
      Plot.ruleX(phases, { x: 'event', stroke: FAINT, strokeDasharray: '3 3' }),
      Plot.text(phases, {
        x: 'event',
        y: top,
        text: 'phase',
        textAnchor: 'start',
        lineAnchor: 'bottom',
        dx: 3,
        dy: -2,
      }),
      Plot.dot([peak], { x: 'event', y: 'bytes', r: 4, fill: 'currentColor' }),
      Plot.text([peak], {
        ...{ x: 'event', y: 'bytes', text: () => `peak ${formatBytes(peak.bytes)}`, dy: -10 },
        textAnchor: peak.event > events * 0.85 ? 'end' : peak.event < events * 0.15 ? 'start' : 'middle',
      }),
    ],
  });
  const data: TimelineData = {
    components,
    samples,
    frame: { left: LEFT, right: WIDTH - RIGHT, width: WIDTH, lastEvent: events },
  };
  const thinning =
    samples.length < events
      ? `${samples.length} of ${events} events are kept: of each stretch the one with most alive, so that every peak is there; the timelines beside the records have them all.`
      : null;
  const markup = html`<div id="timeline-${number}" class="timeline">${figure({
    title,
    picture,
    legend: componentLegend(components),
    notes: ['Bytes that were asked of TensorFlow’s allocator.', thinning],
  })}
<label class="controls">Instant <input type="range" min="0" max="${samples.length - 1}" value="${samples.indexOf(peak)}"></label>
<output class="note"></output></div>`;
  return { markup, data };
}

/** Round numbers of bytes, about five. */
function linearTicks(top: number): number[] {
  const step = 2 ** Math.ceil(Math.log2(top / 6));
  return Array.from({ length: Math.floor(top / step) + 1 }, (_, index) => index * step);
}

/** What stands there instead. */
export const noTimelines = (): Markup =>
  html`<p>None of these records has its timeline beside it. <code>npx memproof run … --timeline</code> keeps every allocation of a step.</p>`;
