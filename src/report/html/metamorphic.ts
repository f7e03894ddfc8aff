/** Which formulas obey the laws that related configurations obey: one column per law, explained below the table. */
import type { Judgement } from '../../accuracy/judge.ts';
import { judgeLaws } from '../../accuracy/metamorphic/judgeLaws.ts';
import { LAWS } from '../../accuracy/metamorphic/laws.ts';
import { type Standing, standingOf } from '../../accuracy/metamorphic/summary.ts';
import { html, type Markup } from './markup.ts';
import { left, right, table } from './table.ts';

const WORDS: Readonly<Record<Standing, Markup>> = {
  obeyed: html`<span class="good">obeys</span>`,
  broken: html`<span class="over">breaks</span>`,
  'broken-at-home': html`<span class="under">breaks at home</span>`,
  silent: html`–`,
};

/** Or a sentence where no law can be judged. */
export function metamorphicTable({ records, estimators }: Judgement): Markup {
  const rows = judgeLaws(records, estimators);
  const judged = LAWS.filter((law) =>
    rows.some(({ law: id, verdict }) => id === law.id && verdict !== 'not-applicable'),
  );
  if (judged.length === 0)
    return html`<p>No law has all its configurations among these records. The sweep <code>metamorphic</code> measures them all.</p>`;
  const ofLaw = new Map(judged.map(({ id }) => [id, rows.filter(({ law }) => law === id)]));
  const lines = estimators.map(({ id }) => [
    id,
    ...judged.map((law) => WORDS[standingOf((ofLaw.get(law.id) ?? []).filter(({ estimator }) => estimator === id))]),
  ]);
  const said = lines.filter((cells) => cells.some((cell, index) => index > 0 && cell !== WORDS.silent));
  return html`${table('Formulas and laws', [left('formula'), ...judged.map((_, index) => right(String(index + 1)))], said)}
<p class="note">Breaks at home: where all assumptions of the formula hold. –: it says nothing of that law.</p>
<ol class="note">${judged.map(({ id, statement }) => html`<li><strong>${id}</strong>: ${statement}</li>`)}</ol>`;
}
