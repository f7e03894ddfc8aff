/** The article, claim by claim: what it prints, what follows from its own inputs, and what records say. Pure. */
import { ARTICLE } from '../../estimators/article/articleParameters.ts';
import type { JudgedRecord } from '../../records/judged.ts';
import type { MeasuredRecord } from '../../records/measurement.ts';
import type { Claim, Measure, Observation, Section, Unit } from './claim.ts';
import { ACTIVATION_CLAIMS } from './claims/activations.ts';
import { GPT3_CLAIMS } from './claims/gpt3.ts';
import { MODEL_MEMORY_CLAIMS, WORKING_MEMORY_CLAIMS } from './claims/memory.ts';
import { PARAMETER_CLAIMS } from './claims/parameters.ts';
import { PEAK_CLAIMS } from './claims/peak.ts';
import { SCALING_CLAIMS } from './claims/scalingLaws.ts';
import { STEADY_STATE_CLAIMS } from './claims/steadyState.ts';
import { TEXT_CLAIMS } from './claims/text.ts';
import { evaluate, steps } from './expression.ts';

/** In the order of the article. */
export const CLAIMS: readonly Claim[] = [
  ...PARAMETER_CLAIMS,
  ...MODEL_MEMORY_CLAIMS,
  ...WORKING_MEMORY_CLAIMS,
  ...STEADY_STATE_CLAIMS,
  ...ACTIVATION_CLAIMS,
  ...PEAK_CLAIMS,
  ...SCALING_CLAIMS,
  ...GPT3_CLAIMS,
  ...TEXT_CLAIMS,
];

export const VERDICTS = ['right', 'right-only-if', 'wrong'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** What records say of a claim. */
export interface Measured {
  readonly what: string;
  /** What every observation would be if the article were right. */
  readonly claimed: number | string;
  readonly count: number;
  /** Observations that are just what is claimed. */
  readonly agreeing: number;
  /** Every different value and how often it was seen, the smallest first. */
  readonly values: readonly { readonly value: number | string; readonly count: number }[];
  readonly observations: readonly Observation[];
}

export interface AuditedClaim {
  readonly id: string;
  readonly section: Section;
  readonly quote: string;
  readonly printed: number | null;
  readonly unit: Unit | null;
  /** What `printed` was rounded to; null where it is meant exactly. */
  readonly roundedTo: number | null;
  readonly derivation: readonly { readonly label: string; readonly steps: readonly string[]; readonly value: number }[];
  /** What should stand where `printed` does; null where no number is claimed. */
  readonly derived: number | null;
  /** Printed − derived, and that ÷ derived. */
  readonly error: number | null;
  readonly errorRatio: number | null;
  readonly verdict: Verdict;
  /** What has to hold for the claim to be right. */
  readonly onlyIf: string | null;
  readonly remark: string;
  /** Null: not measured. */
  readonly measured: Measured | null;
}

export interface Audit {
  readonly article: string;
  /** Records that say something measured; 0 where none were given. */
  readonly recordCount: number;
  /** Where they were measured, each place once. */
  readonly measuredOn: readonly string[];
  readonly claims: readonly AuditedClaim[];
}

export function auditArticle(records: readonly JudgedRecord[] = []): Audit {
  const measured = records.filter((record) => record.outcome === 'measured');
  return {
    article: ARTICLE.citation,
    recordCount: measured.length,
    measuredOn: [...new Set(measured.map(placeOf))],
    claims: CLAIMS.map((claim) => auditClaim(claim, measured)),
  };
}

const placeOf = ({ environment: { device, tensorflow, tfjs } }: MeasuredRecord): string =>
  `${device.name} (${device.kind}), ${tensorflow === null ? `tfjs ${tfjs}` : `TensorFlow ${tensorflow}`}`;

function auditClaim(claim: Claim, records: readonly MeasuredRecord[]): AuditedClaim {
  const { id, section, quote, printed, derivation, onlyIf, remark, measure } = claim;
  const derived = printed === null ? null : derivedValue(claim);
  const error = printed === null || derived === null ? null : printed.value - derived;
  return {
    id,
    section,
    quote,
    printed: printed?.value ?? null,
    unit: printed?.unit ?? null,
    roundedTo: printed?.step ?? null,
    derivation: derivation.map(({ label, expression }) => ({
      label,
      steps: steps(expression),
      value: evaluate(expression),
    })),
    derived,
    error,
    errorRatio: error === null || derived === null || derived === 0 ? null : error / derived,
    verdict: judge(claim, derived),
    onlyIf: onlyIf ?? null,
    remark,
    measured: measure === undefined ? null : summarise(measure, records),
  };
}

function derivedValue({ derivation }: Claim): number | null {
  const last = derivation.at(-1);
  return last === undefined ? null : evaluate(last.expression);
}

/** Right is what is derived, or what that rounds to as the article rounds. A condition makes neither more than conditionally right. */
function judge({ printed, onlyIf, unnumbered }: Claim, derived: number | null): Verdict {
  if (onlyIf !== undefined) return 'right-only-if';
  if (printed === null || derived === null) return unnumbered ?? 'right';
  return isRounding(derived, printed.value, printed.step ?? 0) ? 'right' : 'wrong';
}

/** Half a step at most, and a billionth of one for steps that are no binary fractions. */
const isRounding = (derived: number, printed: number, step: number): boolean =>
  Math.abs(printed - derived) <= step * (0.5 + 1e-9);

function summarise({ what, claimed, observe }: Measure, records: readonly MeasuredRecord[]): Measured | null {
  const observations = observe(records);
  if (observations.length === 0) return null;
  const counts = new Map<number | string, number>();
  for (const { value } of observations) counts.set(value, (counts.get(value) ?? 0) + 1);
  const values = [...counts].map(([value, count]) => ({ value, count })).sort((a, b) => (a.value < b.value ? -1 : 1));
  return { what, claimed, count: observations.length, agreeing: counts.get(claimed) ?? 0, values, observations };
}
