/** The limits that every formula tells for one configuration, side by side; and, where it was really run, what became of them. */
import type { RunConfig } from '../config/schema.ts';
import type { Estimator } from '../estimators/estimator.ts';
import { MEBIBYTE_BYTES } from '../units/bytes.ts';
import type { Axis, LimitKey } from './axis.ts';
import { bestGuess } from './bestGuess.ts';
import { type Consequence, type ConsequenceTally, consequenceOf, tallyConsequences } from './consequence.ts';
import type { Measure } from './fitsWithin.ts';
import { type Limit, limitOf } from './limit.ts';
import { findTruth, type Truth } from './truth.ts';

/** A limit, with what follows from it; that is null where nobody can tell, and left out where nothing was run. */
export type JudgedLimit = Limit & { readonly consequence?: Consequence | null };

/** As `limit --json` prints it. */
export interface LimitAnswer {
  readonly vary: LimitKey;
  readonly memoryBytes: number;
  /** With the smallest legal value of the key. */
  readonly configuration: RunConfig;
  /** The smallest first; those of which every value fits, and then the silent ones, last. */
  readonly limits: readonly JudgedLimit[];
  /** Left out, as the tally, where nothing was run. */
  readonly truth?: Truth;
  readonly tally?: ConsequenceTally;
}

export async function limitsOf(
  axis: Axis,
  memoryBytes: number,
  estimators: readonly Estimator[],
): Promise<LimitAnswer> {
  const limits: Limit[] = [];
  for (const estimator of estimators) limits.push(await limitOf(estimator, axis, memoryBytes));
  limits.sort((a, b) => rank(a) - rank(b));
  return { vary: axis.key, memoryBytes, configuration: axis.at(axis.stride), limits };
}

const rank = ({ kind, value }: Limit): number =>
  kind === 'silent' ? Number.POSITIVE_INFINITY : kind === 'all' ? Number.MAX_SAFE_INTEGER : (value ?? 0);

/** `guess` is where the search begins, for the story. */
export async function judgedByRunning(
  answer: LimitAnswer,
  axis: Axis,
  measure: Measure,
  onGuess: (guess: Limit | null) => void,
): Promise<LimitAnswer> {
  const { memoryBytes } = answer;
  const guess = await bestGuess(answer.limits, axis, memoryBytes);
  onGuess(guess);
  const truth = await findTruth(axis, memoryBytes / MEBIBYTE_BYTES, guess?.value ?? axis.stride, measure);
  const limits: JudgedLimit[] = [];
  for (const limit of answer.limits)
    limits.push({ ...limit, consequence: await consequenceOf(limit, truth, axis, measure) });
  const tally = tallyConsequences(limits.flatMap(({ consequence }) => consequence ?? []));
  return { ...answer, limits, truth, tally };
}
