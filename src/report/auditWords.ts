/** An audited claim in words, the same on a terminal and on a page. */

import { numberText } from '../accuracy/audit/expression.ts';
import type { Audit, AuditedClaim, Measured, Verdict } from '../accuracy/audit/index.ts';
import { type ByteUnit, formatBytes } from '../units/bytes.ts';
import { counted } from './counted.ts';
import { errorText } from './scoreboard.ts';

export const VERDICT_WORDS: Readonly<Record<Verdict, string>> = {
  right: 'right',
  'right-only-if': 'right only if …',
  wrong: 'wrong',
};

/** `43 claims: 13 right, 16 right only if …, 14 wrong; 20 of them measured`. */
export function summaryText({ claims }: Audit): string {
  const count = (verdict: Verdict) => claims.filter((claim) => claim.verdict === verdict).length;
  const verdicts = (Object.keys(VERDICT_WORDS) as Verdict[])
    .map((verdict) => `${count(verdict)} ${VERDICT_WORDS[verdict]}`)
    .join(', ');
  return `${claims.length} claims: ${verdicts}; ${claims.filter(({ measured }) => measured !== null).length} of them measured`;
}

/** Where, or that nothing was. */
export const placesText = ({ recordCount, measuredOn }: Audit): string =>
  recordCount === 0
    ? 'Without records nothing is measured.'
    : `${counted(recordCount, 'record')}: ${measuredOn.join('; ')}.`;

/** A number of a claim with its unit, as `5,898,240,000 bytes (5.49 GiB)`. */
export function amountText({ unit }: AuditedClaim, value: number, byteUnit?: ByteUnit): string {
  const text = `${numberText(value)}${unit === null || unit === 'factor' || unit === 'width' ? '' : ` ${unit}`}`;
  return unit === 'bytes' ? `${text} (${formatBytes(value, byteUnit)})` : text;
}

/** `-2,816 (-0.06%)`, `none`, or that it is within what the article rounded; null where there are no two numbers. */
export function errorWords({ error, errorRatio, roundedTo, verdict }: AuditedClaim): string | null {
  if (error === null) return null;
  if (error === 0) return 'none';
  if (roundedTo !== null && (verdict === 'right' || Math.abs(error) <= roundedTo / 2)) return 'rounding';
  const signed = `${error > 0 ? '+' : '-'}${numberText(Math.abs(error))}`;
  return errorRatio === null ? signed : `${signed} (${errorText(errorRatio)})`;
}

/** More digits than elsewhere: a factor of 8.00002 is not one of 8. */
const MEASURED_DIGITS = 7;
export const valueText = (value: number | string): string =>
  typeof value === 'number' ? numberText(value, MEASURED_DIGITS) : value;

/** `not measured`, or what was, what the article has for it, and how often that is just so. */
export function measuredWords(measured: Measured | null): string {
  if (measured === null) return 'not measured';
  const { what, claimed, count, agreeing } = measured;
  const agreement = `exactly so in ${agreeing} of ${count}`;
  return `${what}: ${rangeText(measured)}. The article: ${valueText(claimed)}, ${agreement}`;
}

/** Numbers from the smallest to the largest, words each with its count. */
export function rangeText({ values }: Measured): string {
  const [first, last] = [values[0], values.at(-1)];
  if (first === undefined || last === undefined) return '';
  if (typeof first.value === 'string') return values.map(({ value, count }) => `${value} ×${count}`).join(', ');
  return first === last ? valueText(first.value) : `${valueText(first.value)} to ${valueText(last.value)}`;
}
