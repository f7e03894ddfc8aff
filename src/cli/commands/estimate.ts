/** `memproof estimate`: what every formula predicts for a configuration; needs no device. */
import type { RunConfig } from '../../config/schema.ts';
import { EXIT, type ExitCode } from '../../errors.ts';
import { type Estimator, matchOf, violatedAssumptions } from '../../estimators/estimator.ts';
import { exactParameterCount } from '../../estimators/exact/parameterCount.ts';
import { QUANTITIES } from '../../records/quantity.ts';
import { type ByteUnit, formatBytes } from '../../units/bytes.ts';
import { chooseEstimators } from '../judge.ts';
import { describeConfig } from '../progress.ts';
import { resolveAll, type SelectionFlags, selectConfigs } from '../selection.ts';
import { print, table } from '../terminal.ts';

export interface EstimateFlags extends SelectionFlags {
  readonly estimator?: readonly string[] | undefined;
  readonly json: boolean;
  readonly unit?: ByteUnit | undefined;
}

export async function estimate(flags: EstimateFlags): Promise<ExitCode> {
  const estimators = chooseEstimators(flags.estimator);
  const configs = resolveAll(selectConfigs(flags), 'cpu');
  const answers = configs.map((config) => estimateOne(config, estimators));
  if (flags.json) print(`${JSON.stringify(answers.length === 1 ? answers[0] : answers, null, 2)}\n`);
  else print(answers.map((answer) => estimateText(answer, flags.unit)).join('\n'));
  return EXIT.ok;
}

/** All predictions for one configuration, as `estimate --json` prints them. `bytes` is null where a set says nothing, with its reason. */
function estimateOne(configuration: RunConfig, estimators: readonly Estimator[]) {
  const parameterCounts = Object.fromEntries(
    estimators.flatMap(({ id, countParameters }) =>
      countParameters ? [[id, countParameters(configuration) ?? null]] : [],
    ),
  );
  const predictions = estimators.flatMap((estimator) => {
    const match = matchOf(estimator, configuration);
    const violated = violatedAssumptions(estimator, configuration);
    const predicted = estimator.predict(configuration);
    return estimator.predicts.flatMap(({ quantity, ledgers }) =>
      ledgers.map((ledger) => {
        const prediction = predicted[quantity];
        const answer =
          prediction?.kind === 'bytes'
            ? { bytes: prediction.total as number, components: prediction.components }
            : { bytes: null, components: {}, unsupported: prediction?.reason ?? 'no prediction' };
        return { estimator: estimator.id, quantity, ledger, ...answer, match, violatedAssumptions: violated };
      }),
    );
  });
  return { configuration, parameterCount: exactParameterCount(configuration), parameterCounts, predictions };
}

type Answer = ReturnType<typeof estimateOne>;

/** One table per quantity, smallest first; formulas that predict the same for several ledgers take one line. */
function estimateText(answer: Answer, unit: ByteUnit | undefined): string {
  const counts = Object.entries(answer.parameterCounts).map(([id, count]) => [
    id,
    count === null ? 'unknown' : String(count),
  ]);
  const sections = QUANTITIES.map((quantity) => {
    const rows = answer.predictions.filter((row) => row.quantity === quantity);
    if (rows.length === 0) return '';
    const lines = new Map(rows.map((row) => [`${row.estimator} ${row.bytes}`, row]));
    const sorted = [...lines.values()].sort((a, b) => (a.bytes ?? Infinity) - (b.bytes ?? Infinity));
    return `\n${quantity}\n${table(sorted.map((row) => predictionCells(row, unit)))}`;
  });
  const title = `${describeConfig(answer.configuration)}, ${answer.configuration.step.optimizer}, ${answer.configuration.step.precision}`;
  return `${title}\n\nparameters\n${table([['  exact', String(answer.parameterCount ?? 'unknown')], ...counts.map(([id, count]) => [`  ${id}`, String(count)])])}${sections.join('')}`;
}

function predictionCells(row: Answer['predictions'][number], unit: ByteUnit | undefined): string[] {
  if (row.bytes === null) return [`  ${row.estimator}`, '-', '', 'unsupported' in row ? `  ${row.unsupported}` : ''];
  return [`  ${row.estimator}`, String(row.bytes), formatBytes(row.bytes, unit), row.match];
}
