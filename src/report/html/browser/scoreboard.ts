/** Sorting and filtering the scoreboard. Put into the page as it is: it may name nothing from outside itself. */
import type { element as makeElement } from './element.ts';
import type { PageData, ScoreRow } from './pageData.ts';

/** Listens to the headings and to the choices. */
export function scoreboard({ scores, isNumber }: PageData, element: typeof makeElement): void {
  const table = document.querySelector<HTMLTableElement>('#scores');
  const body = table?.tBodies[0];
  const status = document.querySelector('#scores-status');
  const choices = [...document.querySelectorAll<HTMLSelectElement>('#scores-filter select')];
  const headings = [...(table?.tHead?.rows[0]?.cells ?? [])];
  if (body === undefined || status === null) return;
  let column = -1;
  let direction = 1;

  const isChosen = (row: ScoreRow): boolean =>
    choices.every(({ name, value }) => {
      if (name === 'ledger' && value === 'telling') return row.isTelling;
      return value === '' || row[name as 'quantity' | 'ledger' | 'match'] === value;
    });

  const compare = (a: ScoreRow, b: ScoreRow): number => {
    const [x = null, y = null] = [a.cells[column]?.[1], b.cells[column]?.[1]];
    if (x === y) return 0;
    if (x === null || y === null) return x === null ? 1 : -1; // nothing is never the best
    return (x < y ? -1 : 1) * direction;
  };

  const show = (): void => {
    const chosen = scores.filter(isChosen);
    if (column >= 0) chosen.sort(compare);
    body.replaceChildren(
      ...chosen.map(({ cells }) =>
        element(
          'tr',
          cells.map(([shown], index) => {
            const kind = isNumber[index] ? { class: 'number' } : undefined;
            return index === 0 ? element('th', shown, { scope: 'row', ...kind }) : element('td', shown, kind);
          }),
        ),
      ),
    );
    const name = headings[column]?.textContent;
    const order = name === undefined ? '' : `, by ${name}, ${direction > 0 ? 'smallest first' : 'largest first'}`;
    status.textContent = `${chosen.length} of ${scores.length} rows${order}.`;
  };

  headings.forEach((heading, index) => {
    heading.querySelector('button')?.addEventListener('click', () => {
      direction = column === index ? -direction : 1;
      column = index;
      for (const other of headings) other.setAttribute('aria-sort', 'none');
      heading.setAttribute('aria-sort', direction > 0 ? 'ascending' : 'descending');
      show();
    });
  });
  for (const choice of choices) choice.addEventListener('change', show);
}
