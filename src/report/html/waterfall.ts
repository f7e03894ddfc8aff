/** From what tf.memory() says to what the operating system charges: each ledger, and every byte between it and the next by name. */
import { firstReadings } from '../../accuracy/readings.ts';
import { describeConfig } from '../../config/describe.ts';
import type { JudgedRecord } from '../../records/judged.ts';
import type { MeasuredRecord } from '../../records/measurement.ts';
import { LEDGERS, type Ledger, type Quantity } from '../../records/quantity.ts';
import { figure } from './figure.ts';
import type { Focus } from './focus.ts';
import { html, type Markup } from './markup.ts';
import { axisBytes, exactBytes, signedBytes } from './numbers.ts';
import { FAINT, OVER, UNDER } from './palette.ts';
import type { Plots } from './plots.ts';
import { left, right, table } from './table.ts';

interface Step {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly isLedger: boolean;
}

const BAR_HEIGHT = 24;

/** Of the record that tells most, and among those the largest. Null where nothing was reconciled. */
export function waterfall(records: readonly JudgedRecord[], { quantity }: Focus, plots: Plots): Markup | null {
  const record = mostTelling(records, quantity);
  if (record === null) return null;
  const steps = stepsOf(record, quantity);
  const last = steps.findIndex(({ name }) => name === 'allocated');
  // What a process takes beside the model is a hundred times a small model: one scale would show the one or the other.
  const panels = last < 0 ? [steps] : [steps.slice(0, last + 1), steps.slice(last)];
  const pictures = panels.filter((panel) => panel.length > 1).map((panel) => panelOf(panel, plots));
  const title = `${quantity} of ${describeConfig(record.configuration)}, ledger by ledger`;
  const rows = steps.map(({ name, from, to, isLedger }) =>
    isLedger ? [html`<strong>${name}</strong>`, exactBytes(to), ''] : [name, '', exactBytes(to - from)],
  );
  return html`${figure({
    title,
    picture: html`<div class="panels">${pictures}</div>`,
    notes: [
      `Configuration ${record.configId}; those of the others are under “Every configuration”.`,
      pictures.length > 1 ? 'The second picture has a scale of its own.' : null,
      unexplained(steps),
    ],
  })}${table('The same to the byte', [left('ledger or part'), right('bytes'), right('difference')], rows)}`;
}

export function mostTelling(records: readonly JudgedRecord[], quantity: Quantity): MeasuredRecord | null {
  const pairs = ({ reconciliation }: MeasuredRecord) =>
    new Set(reconciliation.filter((row) => row.quantity === quantity).map(({ from }) => from)).size;
  const size = (record: MeasuredRecord) => firstReadings(record)(quantity, 'buffers')?.bytes ?? 0;
  const measured = records.filter((record) => record.outcome === 'measured').filter((record) => pairs(record) > 0);
  return measured.reduce<MeasuredRecord | null>((best, record) => {
    if (best === null) return record;
    const more = pairs(record) - pairs(best) || size(record) - size(best);
    return more > 0 ? record : best;
  }, null);
}

function stepsOf(record: MeasuredRecord, quantity: Quantity): Step[] {
  const reading = firstReadings(record);
  const rows = record.reconciliation.filter((row) => row.quantity === quantity);
  const known = LEDGERS.filter((ledger) => rows.some(({ from, to }) => from === ledger || to === ledger));
  return known.flatMap((ledger: Ledger): Step[] => {
    const bytes = reading(quantity, ledger)?.bytes ?? 0;
    let level = bytes;
    const parts = rows.filter(({ from, bytes: own, part }) => from === ledger && (own !== 0 || part === 'unexplained'));
    return [
      { name: ledger, from: 0, to: bytes, isLedger: true },
      ...parts.map(({ part, bytes: own }) => {
        const step = { name: part, from: level, to: level + own, isLedger: false };
        level += own;
        return step;
      }),
    ];
  });
}

function panelOf(steps: readonly Step[], { Plot, draw }: Plots): Markup {
  // A part may have the same name under two ledgers.
  const bars = steps.map((step, line) => ({
    ...step,
    line: String(line),
    text: step.isLedger ? axisBytes(step.to) : signedBytes(step.to - step.from),
  }));
  const widest = bars.reduce((most, { from, to }) => Math.max(most, from, to), 1);
  const spoken = bars.map(({ name, text }) => `${name} ${text}`).join(', ');
  return draw(spoken, {
    ...{
      width: 520,
      height: bars.length * BAR_HEIGHT + 12,
      marginLeft: 138,
      marginRight: 90,
      marginTop: 4,
      marginBottom: 4,
    },
    x: { domain: [0, widest], axis: null },
    y: {
      domain: bars.map(({ line }) => line),
      label: null,
      tickSize: 0,
      tickFormat: (line: string) => bars[Number(line)]?.name ?? '',
    },
    marks: [
      Plot.barX(bars, {
        ...{ x1: 'from', x2: 'to', y: 'line', inset: 3 },
        fill: ({ isLedger, from, to }) => (isLedger ? FAINT : to < from ? UNDER : OVER),
      }),
      Plot.text(bars, { x: ({ from, to }) => Math.max(from, to), y: 'line', text: 'text', textAnchor: 'start', dx: 5 }),
      Plot.ruleX([0], { stroke: FAINT }),
    ],
  });
}

function unexplained(steps: readonly Step[]): string {
  const bytes = steps
    .filter(({ name }) => name === 'unexplained')
    .reduce((sum, { from, to }) => sum + Math.abs(to - from), 0);
  return bytes === 0 ? 'Nothing is left unexplained.' : `${exactBytes(bytes)} bytes are left unexplained.`;
}
