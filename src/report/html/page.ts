/** The report as one file: a page that needs no network, no other file and no server, and that holds its own records. */
import { createHash } from 'node:crypto';
import type { Judgement } from '../../accuracy/judge.ts';
import { MATCHES } from '../../estimators/estimator.ts';
import { LEDGERS, QUANTITIES } from '../../records/quantity.ts';
import { addressOrderNote } from '../addressOrder.ts';
import { methodsOf } from '../methods.ts';
import { again } from './again.ts';
import type { PageData } from './browser/pageData.ts';
import { environments } from './environments.ts';
import { errorPlot } from './errorPlot.ts';
import { focusesOf } from './focus.ts';
import { groundsTable } from './grounds.ts';
import { headline } from './headline.ts';
import { lawTables } from './laws.ts';
import { html, Markup } from './markup.ts';
import { metamorphicTable } from './metamorphic.ts';
import { COMPARISONS_ID, PAGE_ID, packed, RECORDS_ID } from './packed.ts';
import { parityPlot } from './parityPlot.ts';
import { peakPlaces } from './peakPlaces.ts';
import { loadPlots } from './plots.ts';
import { comparisonLines, recordLines } from './recordLines.ts';
import { residualBars } from './residualBars.ts';
import { scoresOf } from './scoreRows.ts';
import { scoreTable } from './scoreTable.ts';
import { pageScript } from './script.ts';
import { sources } from './sources.ts';
import { STYLES } from './styles.ts';
import { type NamedTimeline, noTimelines, timelinePlot } from './timelinePlot.ts';
import { waterfall } from './waterfall.ts';

/** What a page is made of. */
export interface HtmlReport {
  readonly judgement: Judgement;
  /** What was typed to get this page; null where nobody typed anything. */
  readonly command: string | null;
  readonly timelines: readonly NamedTimeline[];
}

/** Of one formula, in a picture that is folded away. */
const FEW_POINTS = 25;

/** The whole page. */
export async function htmlReport({ judgement, command, timelines }: HtmlReport): Promise<string> {
  const plots = await loadPlots();
  const methods = methodsOf(judgement);
  const focuses = focusesOf(judgement);
  const [focus] = focuses;
  const scores = scoresOf(judgement);
  const steps = timelines.map((timeline, number) => timelinePlot(timeline, number, plots));
  const others = focuses
    .slice(1)
    .map(
      (other) => html`<details><summary>${other.quantity}</summary>${parityPlot(other, plots, FEW_POINTS)}</details>\n`,
    );
  const sections: readonly Section[] = [
    {
      id: 'scoreboard',
      title: 'Scoreboard',
      body: html`${scoreTable(scores, focus?.quantity ?? '')}${addressOrderNote(judgement.comparisons).map((note) => html`<p>${note}</p>`)}`,
    },
    ...(focus === undefined
      ? []
      : [
          {
            id: 'accuracy',
            title: 'Predicted against measured',
            body: html`${parityPlot(focus, plots)}${errorPlot(focus, plots)}${others.length === 0 ? null : html`<h3>The other quantities</h3>${others}`}`,
          },
          {
            id: 'residuals',
            title: 'Which parts are off',
            body:
              residualBars(judgement, focus, plots) ??
              html`<p>No drawn formula of ${focus.quantity} tells its parts apart.</p>`,
          },
          {
            id: 'peak',
            title: 'Where the peak is',
            body: peakPlaces(judgement.records, focus, plots) ?? html`<p>Nobody looked where the peak is.</p>`,
          },
          {
            id: 'ledgers',
            title: 'From tensors to the process',
            body:
              waterfall(judgement.records, focus, plots) ??
              html`<p>Nothing was reconciled: that takes records in which two ledgers counted.</p>`,
          },
        ]),
    {
      id: 'timelines',
      title: 'Memory over a step',
      body: steps.length === 0 ? noTimelines() : html`${steps.map(({ markup }) => markup)}`,
    },
    { id: 'laws', title: 'Recovered laws', body: lawTables(judgement) },
    { id: 'metamorphic', title: 'Laws that related configurations obey', body: metamorphicTable(judgement) },
    { id: 'grounds', title: 'Formula or assumption', body: groundsTable(judgement) },
    { id: 'environment', title: 'How it was measured', body: environments(methods) },
    { id: 'formulas', title: 'Where the formulas come from', body: sources(judgement) },
    { id: 'configurations', title: 'Every configuration', body: CONFIGURATIONS },
    { id: 'again', title: 'This report again', body: again(methods, command, judgement) },
  ];
  const data: PageData = {
    isNumber: scores.columns.map(({ alignment }) => alignment === 'right'),
    scores: scores.rows,
    records: recordLines(judgement.records),
    estimators: judgement.estimators.map(({ id }) => id),
    ...{ quantities: QUANTITIES, ledgers: LEDGERS, matches: MATCHES },
    timelines: steps.map(({ data: ofStep }) => ofStep),
  };
  const script = pageScript();
  const hash = createHash('sha256').update(script).digest('base64');
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${new Markup(hash)}'; base-uri 'none'; form-action 'none'">
<meta name="referrer" content="no-referrer">
<meta name="generator" content="memproof ${methods.version}">
<title>memproof report ${methods.reportId}</title>
<style>${new Markup(STYLES)}</style>
</head>
<body>
${headline(methods, focus)}
<nav aria-label="Sections"><ul>${sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}</ul></nav>
<main>
${sections.map(({ id, title, body }) => html`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2>\n${body}</section>\n`)}
</main>
${packed(PAGE_ID, [JSON.stringify(data)])}
${packed(COMPARISONS_ID, comparisonLines(judgement))}
${packed(RECORDS_ID, jsonLines(judgement.records))}
<script>${new Markup(script)}</script>
</body>
</html>
`.text;
}

interface Section {
  readonly id: string;
  readonly title: string;
  readonly body: Markup;
}

function* jsonLines(values: Iterable<unknown>): Generator<string> {
  for (const value of values) yield JSON.stringify(value);
}

const CONFIGURATIONS = html`<noscript><p>The raw numbers of every configuration are in this file, packed, and shown by its script. Without one: <code>npx memproof report report.html --format csv -o folder</code> writes them as tables.</p></noscript>
<div class="controls"><label>Search <input type="search" id="records-search" placeholder="an id, L12, backward …"></label></div>
<p id="records-status" class="note" role="status"></p>
<ol id="records-list"></ol>
<button type="button" id="records-more" hidden>Show more</button>`;
