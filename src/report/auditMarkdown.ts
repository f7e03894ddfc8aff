/** The audit of the article as a page: a table of all claims, then each with its derivation. */

import { SECTIONS } from '../accuracy/audit/claim.ts';
import type { Audit, AuditedClaim } from '../accuracy/audit/index.ts';
import {
  amountText,
  errorWords,
  measuredWords,
  placesText,
  rangeText,
  summaryText,
  VERDICT_WORDS,
  valueText,
} from './auditWords.ts';

const HEAD = `# The article, claim by claim

Made by \`memproof audit --format md\`. Each claim stands in the article's own words; what is derived is computed from the article's own inputs, step by step. Formulas of bytes, of which it works no example, are taken at GPT-2 small with 12 sequences of 1024 tokens (L 12, H 768, a 12, V 50,304, E = B·S·H), the layer of the derivation that they shorten (Rees 2023, PyTorch under autocast). *Measured* is what records of real steps say of TensorFlow's allocator (\`requested\`, or \`buffers\` where a record has no log of it), beside what it would be if the article were right. Stock tfjs in float32 is another ground than the article's, so beside a conditional claim a measured number says whether the condition holds there. A claim that no record speaks about is not measured.`;

export function auditMarkdown(audit: Audit): string {
  const blocks = SECTIONS.flatMap((section) => [
    `## ${section}`,
    ...audit.claims.filter((claim) => claim.section === section).map(claimMarkdown),
  ]);
  return `${[HEAD, audit.article, `${summaryText(audit)}. ${placesText(audit)}`, overview(audit), ...blocks].join('\n\n')}\n`;
}

function overview({ claims }: Audit): string {
  const rows = claims.map((claim) => [
    `[${claim.id}](#${claim.id})`,
    claim.printed === null ? '–' : amountText(claim, claim.printed),
    claim.derived === null ? '–' : amountText(claim, claim.derived),
    errorWords(claim) ?? '–',
    VERDICT_WORDS[claim.verdict],
    claim.measured === null
      ? 'not measured'
      : `${rangeText(claim.measured)} (article: ${valueText(claim.measured.claimed)})`,
  ]);
  const head = ['claim', 'the article', 'derived', 'error', 'verdict', 'measured'];
  return [head, ['---', '--:', '--:', '--:', '---', '--:'], ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}

function claimMarkdown(claim: AuditedClaim): string {
  const { id, quote, verdict, derivation, onlyIf, remark, measured } = claim;
  const verdictWords = onlyIf === null ? VERDICT_WORDS[verdict] : `right only if ${onlyIf}`;
  const lines = [
    `**${verdictWords}**. ${remark}`,
    ...derivation.map(({ label, steps }) => `${label}: \`${steps.join(' = ')}\``),
    `measured: ${measuredWords(measured)}`,
  ];
  return [
    `### ${id}`,
    `> ${quote.replaceAll('*', '\\*').replaceAll('_', '\\_')}`,
    lines.map((line) => `- ${line}`).join('\n'),
  ].join('\n\n');
}
