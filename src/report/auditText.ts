/** The audit of the article on a terminal: one block per claim, at most 100 columns wide. */

import { SECTIONS } from '../accuracy/audit/claim.ts';
import type { Audit, AuditedClaim, Verdict } from '../accuracy/audit/index.ts';
import type { ByteUnit } from '../units/bytes.ts';
import { amountText, errorWords, measuredWords, placesText, summaryText, VERDICT_WORDS } from './auditWords.ts';
import { hanging } from './hanging.ts';
import type { Colours } from './scoreboard.ts';

/** Width of the names of a block's lines. */
const NAME_WIDTH = 11;

/** Ends with a newline. */
export function auditText(audit: Audit, colours: Colours, unit?: ByteUnit): string {
  const head = [audit.article, `${summaryText(audit)}.`, placesText(audit)];
  const sections = SECTIONS.map((section) => {
    const claims = audit.claims.filter((claim) => claim.section === section);
    return [colours.bold(section), ...claims.map((claim) => claimText(claim, colours, unit))].join('\n\n');
  });
  return `${[head.map((line) => wrap(line, '')).join('\n'), ...sections].join('\n\n')}\n`;
}

function claimText(claim: AuditedClaim, colours: Colours, unit: ByteUnit | undefined): string {
  const { id, verdict, quote, printed, derivation, onlyIf, remark, measured } = claim;
  const error = errorWords(claim);
  const lines: [name: string, text: string][] = [
    ['the text', `"${quote}"`],
    ...(printed === null ? [] : [['says', amountText(claim, printed, unit)] as [string, string]]),
    ...derivation.map(({ label, steps }): [string, string] => ['derived', `${label}: ${steps.join(' = ')}`]),
    ...(error === null ? [] : [['error', error] as [string, string]]),
    ...(onlyIf === null ? [] : [['only if', onlyIf] as [string, string]]),
    ['remark', remark],
    ['measured', measuredWords(measured)],
  ];
  const title = `${paint(verdict, colours)(VERDICT_WORDS[verdict])}  ${colours.bold(id)}`;
  return [title, ...lines.map(([name, text]) => wrap(text, `  ${name}`.padEnd(NAME_WIDTH)))].join('\n');
}

const paint = (verdict: Verdict, { green, yellow, red }: Colours) =>
  ({ right: green, 'right-only-if': yellow, wrong: red })[verdict];

const wrap = (text: string, prefix: string): string => hanging(text.split(' '), prefix);
