/** What every formula says about one configuration, side by side. */
import type { RunConfig } from '../config/schema.ts';
import { type Ledger, QUANTITIES, type Quantity } from '../records/quantity.ts';
import type { Deployment } from './deployment.ts';
import {
  type Estimator,
  ignoresDeployment,
  type Match,
  type Parts,
  predictionsByLedger,
  standingOf,
} from './estimator.ts';
import { exactParameterCount } from './exact/parameterCount.ts';
import { type Knowledge, knowledgeOf } from './knowledge.ts';

/** One number of one formula, in each ledger that it may be compared with. */
export interface Estimate {
  readonly estimator: string;
  readonly quantity: Quantity;
  readonly ledger: Ledger;
  /** Null where the formula says nothing, with the reason in `unsupported`. */
  readonly bytes: number | null;
  readonly components: Parts;
  readonly unsupported?: string;
  readonly match: Match;
  readonly violatedAssumptions: readonly string[];
}

export interface EstimatorSummary {
  readonly estimator: string;
  readonly title: string;
  /** Its own count of parameters; null where it has no formula for them, or none that covers this model. */
  readonly parameterCount: number | null;
  readonly match: Match;
  readonly violatedAssumptions: readonly string[];
  readonly knows: Knowledge;
  /** True where the deployment changes what a device holds, and the formula gives the numbers of one that holds all. */
  readonly ignoresDeployment: boolean;
}

export interface QuantitySummary {
  readonly quantity: Quantity;
  /** The formulas that have a number, smallest first. */
  readonly sorted: readonly { readonly estimator: string; readonly bytes: number }[];
  readonly smallestBytes: number | null;
  readonly largestBytes: number | null;
  /** Largest ÷ smallest; null where there is none or the smallest is 0. */
  readonly ratio: number | null;
}

/** As `estimate --json` prints it. */
export interface Estimates {
  readonly configuration: RunConfig;
  readonly deployment: Deployment;
  /** Of the model as it is built here. */
  readonly parameterCount: number;
  readonly parameterCounts: Readonly<Record<string, number | null>>;
  readonly estimators: readonly EstimatorSummary[];
  readonly quantities: readonly QuantitySummary[];
  readonly predictions: readonly Estimate[];
}

export function estimateAll(
  configuration: RunConfig,
  deployment: Deployment,
  estimators: readonly Estimator[],
): Estimates {
  const answers = estimators.map((estimator) => answerOf(estimator, configuration, deployment));
  const summaries = answers.map(({ summary }) => summary);
  const predictions = answers.flatMap(({ estimates }) => estimates);
  return {
    configuration,
    deployment,
    parameterCount: exactParameterCount(configuration),
    parameterCounts: Object.fromEntries(
      summaries
        .filter((_, index) => estimators[index]?.countParameters !== undefined)
        .map(({ estimator, parameterCount }) => [estimator, parameterCount]),
    ),
    estimators: summaries,
    quantities: QUANTITIES.map((quantity) => spreadOf(quantity, predictions)).filter((summary) => summary !== null),
    predictions,
  };
}

/** Of a set that runs the step: asking it again and again would take seconds, and show what is plain. */
const KNOWS_ALL: Knowledge = { logits: true, heads: true, optimizer: true };

interface Answer {
  readonly summary: EstimatorSummary;
  readonly estimates: readonly Estimate[];
}

function answerOf(estimator: Estimator, config: RunConfig, deployment: Deployment): Answer {
  const standing = standingOf(estimator, config, deployment);
  const predictedIn = predictionsByLedger(estimator, config, deployment);
  const summary = {
    estimator: estimator.id,
    title: estimator.title,
    parameterCount: estimator.countParameters?.(config) ?? null,
    ...standing,
    knows: estimator.simulates ? KNOWS_ALL : knowledgeOf(estimator, config),
    ignoresDeployment: ignoresDeployment(estimator, config, deployment),
  };
  const estimates = estimator.predicts.flatMap(({ quantity, ledgers }) =>
    ledgers.map((ledger) => {
      const prediction = predictedIn(ledger)[quantity];
      const answer =
        prediction?.kind === 'bytes'
          ? { bytes: prediction.total as number, components: prediction.components }
          : { bytes: null, components: {}, unsupported: prediction?.reason ?? 'no prediction' };
      return { estimator: estimator.id, quantity, ledger, ...answer, ...standing };
    }),
  );
  return { summary, estimates };
}

/** Null where no formula speaks of that quantity. A formula counts once, in however many ledgers it may be compared. */
function spreadOf(quantity: Quantity, predictions: readonly Estimate[]): QuantitySummary | null {
  const rows = predictions.filter((row) => row.quantity === quantity);
  if (rows.length === 0) return null;
  const bytesOf = new Map<string, number>(); // the first ledger's, where they differ
  for (const { estimator, bytes } of rows) {
    if (bytes !== null && !bytesOf.has(estimator)) bytesOf.set(estimator, bytes);
  }
  const sorted = [...bytesOf].map(([estimator, bytes]) => ({ estimator, bytes })).sort((a, b) => a.bytes - b.bytes);
  const [smallestBytes, largestBytes] = [sorted.at(0)?.bytes ?? null, sorted.at(-1)?.bytes ?? null];
  const ratio =
    smallestBytes === null || largestBytes === null || smallestBytes === 0 ? null : largestBytes / smallestBytes;
  return { quantity, sorted, smallestBytes, largestBytes, ratio };
}
