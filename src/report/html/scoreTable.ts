/** The scoreboard as it stands before a script touches it: the quantity that the page speaks of, nearest formula first. */

import { MATCHES } from '../../estimators/estimator.ts';
import { LEDGERS, QUANTITIES } from '../../records/quantity.ts';
import { html, type Markup } from './markup.ts';
import { ALL_MATCHES, type Scores } from './scoreRows.ts';

/** With the choices above it; `quantity` is the one that is shown at first. */
export function scoreTable({ columns, rows }: Scores, quantity: string): Markup {
  const shown = rows.filter((row) => row.quantity === quantity && row.isTelling && row.match === ALL_MATCHES);
  const present = (names: readonly string[], key: 'quantity' | 'ledger' | 'match') =>
    names.filter((name) => rows.some((row) => row[key] === name)).map((name) => [name, name] as const);
  const classOf = (index: number) => (columns[index]?.alignment === 'right' ? html` class="number"` : null);
  return html`<form id="scores-filter" class="controls">
${choice('quantity', 'Quantity', [['', 'every one'], ...present(QUANTITIES, 'quantity')], quantity)}
${choice('ledger', 'Ledger', [['telling', 'the one that tells most'], ['', 'every one'], ...present(LEDGERS, 'ledger')], 'telling')}
${choice('match', 'Configurations', [[ALL_MATCHES, 'all together'], ['', 'all, and by match'], ...present(MATCHES, 'match')], ALL_MATCHES)}
</form>
<p id="scores-status" class="note" role="status">${shown.length} of ${rows.length} rows.</p>
<div class="wide" role="group" tabindex="0" aria-label="Scoreboard"><table id="scores">
<caption>Errors are predicted − measured, in % of the measured bytes</caption>
<thead><tr>${columns.map(
    ({ title, meaning }, index) =>
      html`<th scope="col" aria-sort="none"${classOf(index)}><button type="button" title="${meaning}">${title}</button></th>`,
  )}</tr></thead>
<tbody>${shown.map(
    ({ cells }) =>
      html`<tr>${cells.map(([said], index) =>
        index === 0 ? html`<th scope="row">${said}</th>` : html`<td${classOf(index)}>${said}</td>`,
      )}</tr>\n`,
  )}</tbody>
</table></div>`;
}

const choice = (
  name: string,
  label: string,
  options: readonly (readonly [value: string, said: string])[],
  chosen: string,
): Markup =>
  html`<label>${label} <select name="${name}">${options.map(
    ([value, said]) => html`<option value="${value}"${value === chosen ? html` selected` : null}>${said}</option>`,
  )}</select></label>`;
