/** How much of each error is the formula, and how much the assumptions that do not hold. */
import { summariseGrounds } from '../../accuracy/grounds/summary.ts';
import type { Judgement } from '../../accuracy/judge.ts';
import { isWorthNaming } from '../../records/origin.ts';
import { html, type Markup } from './markup.ts';
import { signedPercent } from './numbers.ts';
import { left, right, table } from './table.ts';

/** Or a sentence where nothing was split. */
export function groundsTable({ records, estimators }: Judgement): Markup {
  const split = summariseGrounds(records, estimators).filter(({ count }) => count > 0);
  if (split.length === 0)
    return html`<p>No error was split: that takes a configuration off the ground of a formula, and that ground, measured. The sweep <code>grounds</code> measures both.</p>`;
  const isNamed = isWorthNaming(split.map(({ origin }) => origin));
  const rows = split.map(
    ({
      estimator,
      quantity,
      ledger,
      origin,
      count,
      groundErrorRatio,
      errorRatio,
      formulaErrorRatio,
      assumptions,
      unmet,
    }) => {
      const worth = assumptions
        .filter((one) => one.errorRatio !== 0)
        .map(({ part, errorRatio: own }) => `${signedPercent(own)} ${part}`);
      const never = unmet.length === 0 ? [] : [`in the formula: ${unmet.join(', ')}`];
      return [
        ...[estimator, quantity, ledger, ...(isNamed ? [origin] : []), count],
        ...[groundErrorRatio, errorRatio, formulaErrorRatio].map(signedPercent),
        [...worth, ...never].join('; '),
      ];
    },
  );
  const head = [
    ...[
      left('formula'),
      left('quantity'),
      left('ledger'),
      ...(isNamed ? [left('origin')] : []),
      right('configurations'),
    ],
    ...[right('on its ground'), right('here ='), right('formula +'), left('what each assumption is worth')],
  ];
  return table('Errors split: medians of the signed error', head, rows);
}
