/** What to type to get the page again, its tables without it, and its measurements; and how to cite it. */
import type { Judgement } from '../../accuracy/judge.ts';
import { ESTIMATORS } from '../../estimators/index.ts';
import type { Methods } from '../methods.ts';
import { citation, reproduction } from '../reproduction.ts';
import { html, type Markup } from './markup.ts';

/** `command`: what was typed for this page, where that is known. */
export function again(methods: Methods, command: string | null, { estimators }: Judgement): Markup {
  const steps = [
    ...(command === null ? [] : [{ purpose: 'What was typed for this page', command }]),
    {
      purpose: 'Every table of it as CSV, from this file alone',
      command: 'npx memproof report report.html --format csv -o tables',
    },
    ...reproduction(methods).map((step) => ({
      ...step,
      command: step.command.replace('records.jsonl', 'report.html'),
    })),
  ];
  const own = estimators.filter((estimator) => !ESTIMATORS.includes(estimator));
  return html`${steps.map(({ purpose, command: line }) => html`<p>${purpose}:</p><pre tabindex="0">${line}</pre>`)}
${own.length === 0 ? null : html`<p>The file does not hold the formulas themselves: those that memproof does not judge by default (${own.map(({ id }) => id).join(', ')}) have to be named with <code>--estimator</code> again.</p>`}
<p>To cite it: ${citation(methods)}</p>`;
}
