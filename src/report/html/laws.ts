/** Recovered laws: what was measured as a polynomial in the sizes, and beside it what each formula says. */
import { grouped } from '../../accuracy/grouped.ts';
import type { Judgement } from '../../accuracy/judge.ts';
import { reportedAmong } from '../../accuracy/recovery/grouping.ts';
import { type RecoveredLaw, recoverLaws } from '../../accuracy/recovery/recover.ts';
import { groundNote, LEGEND, lawOrWhy, nameOf, standingText, stepText } from '../lawsText.ts';
import { html, type Markup } from './markup.ts';
import { left, table } from './table.ts';

/** Or a sentence where no law can be told. */
export function lawTables({ records, estimators }: Judgement): Markup {
  const laws = recoverLaws(records, estimators);
  const isReported = reportedAmong(laws.map(({ group }) => group));
  const totals = laws.filter(({ group }) => group.part === 'total' && isReported(group));
  const told = totals.filter(({ law }) => law.verdict !== 'refused');
  if (told.length === 0) {
    const why = totals.length === 0 ? 'nothing was measured in requested or buffers' : (totals[0]?.law.reason ?? '');
    return html`<p>No law can be told: ${why}. The sweep <code>laws</code> varies every size on its own.</p>`;
  }
  const steps = grouped(told, ({ group }) => JSON.stringify([group.origin, group.deployment, group.keys]));
  const refused = totals.length - told.length;
  return html`<p class="note">${LEGEND}</p>
${steps.map((own, index) => step(own, index === 0))}
${refused === 0 ? null : html`<p class="note">${refused} more cannot be told from these records; laws.csv has the reasons.</p>`}`;
}

function step(laws: readonly RecoveredLaw[], isOpen: boolean): Markup {
  const [first] = laws as [RecoveredLaw];
  const title = `${first.group.origin}: ${stepText(first.group.keys)}`;
  return html`<details${isOpen ? html` open` : null}><summary>${title}</summary>${laws.map(lawTable)}</details>`;
}

function lawTable({ group, terms, law, formulas }: RecoveredLaw): Markup {
  const said = formulas.filter((formula) => formula.law.verdict !== 'refused');
  const code = (text: string) => html`<code>${text}</code>`;
  const rows = [
    ...(law.coefficients === null ? [] : [[html`<strong>measured</strong>`, code(lawOrWhy(terms, law))]]),
    ...said.map((formula) => [formula.estimator, code(lawOrWhy(terms, formula.law) + groundNote(formula))]),
  ];
  return table(`${nameOf(group)}: ${standingText(law)}`, [left('who'), left('bytes')], rows);
}
