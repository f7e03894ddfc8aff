/** Every configuration with its raw numbers, made when it is opened. Put into the page as it is: it may name nothing from outside itself. */
import type { MeasuredRecord, Reading } from '../../../records/measurement.ts';
import type { element as makeElement } from './element.ts';
import type { ComparedTotal, PageData, Plain, RecordLine, Unpack } from './pageData.ts';

/** Fills the list, and each of its items when it is opened. */
export function configurations(data: PageData, unpack: Unpack, plain: Plain, element: typeof makeElement): void {
  const list = document.querySelector('#records-list');
  const search = document.querySelector<HTMLInputElement>('#records-search');
  const more = document.querySelector<HTMLButtonElement>('#records-more');
  const status = document.querySelector('#records-status');
  if (list === null || search === null || more === null || status === null) return;
  const PAGE = 25;
  let shown = PAGE;

  // Both are large, and most readers open nothing.
  let unpacked: Promise<readonly [records: string[], comparisons: string[]]> | null = null;
  const everything = () => {
    unpacked ??= Promise.all([unpack('memproof-records'), unpack('memproof-comparisons')]);
    return unpacked;
  };

  const digits = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ',');
  const table = (
    caption: string,
    head: readonly string[],
    rows: readonly (readonly string[])[],
    texts: number,
  ): HTMLElement => {
    const cells = (values: readonly string[], inHead: boolean) =>
      values.map((value, index) => {
        const kind = index < texts ? undefined : { class: 'number' };
        if (inHead) return element('th', value, { scope: 'col', ...kind });
        return index === 0 ? element('th', plain(value), { scope: 'row', ...kind }) : element('td', plain(value), kind);
      });
    const whole = element('table', [
      element('caption', caption),
      element('thead', [element('tr', cells(head, true))]),
      element(
        'tbody',
        rows.map((row) => element('tr', cells(row, false))),
      ),
    ]);
    return element('div', [whole], { class: 'wide', tabindex: '0', role: 'group', 'aria-label': caption });
  };

  const firstOf = (readings: readonly Reading[], quantity: string, ledger: string): Reading | undefined =>
    readings
      .filter((reading) => reading.quantity === quantity && reading.ledger === ledger)
      .sort((a, b) => (a.repeat ?? 1) - (b.repeat ?? 1) || (a.step ?? 0) - (b.step ?? 0))[0];

  const contentOf = (record: MeasuredRecord, totals: readonly ComparedTotal[], line: RecordLine): Node[] => {
    const nodes: Node[] = [];
    if (line.command !== null) nodes.push(element('pre', plain(line.command), { tabindex: '0' }));
    const readings = record.readings ?? [];
    const ledgers = data.ledgers.filter((ledger) => readings.some((reading) => reading.ledger === ledger));
    const quantities = data.quantities.filter((quantity) => readings.some((reading) => reading.quantity === quantity));
    if (readings.length > 0) {
      const rows = quantities.map((quantity) => [
        quantity,
        ...ledgers.map((ledger) => {
          const bytes = firstOf(readings, quantity, ledger)?.bytes;
          return bytes === undefined ? '–' : digits(bytes);
        }),
      ]);
      nodes.push(table('Measured bytes, first measured step', ['quantity', ...ledgers], rows, 1));
    }
    if (totals.length > 0) {
      const rows = totals.flatMap(([estimator, quantity, match, predicted, ...counted]) =>
        counted.map((ledger) => {
          const [quantityName = '', ledgerName = ''] = [data.quantities[quantity], data.ledgers[ledger]];
          const measured = firstOf(readings, quantityName, ledgerName)?.bytes ?? 0;
          const error = predicted - measured;
          const share =
            error === 0 ? 'exact' : measured === 0 ? '–' : `${((error / Math.abs(measured)) * 100).toFixed(2)} %`;
          const names = [data.estimators[estimator] ?? '', quantityName, ledgerName, data.matches[match] ?? ''];
          return [...names, digits(predicted), digits(measured), digits(error), share];
        }),
      );
      const head = ['formula', 'quantity', 'ledger', 'match', 'predicted', 'measured', 'error', 'in %'];
      nodes.push(table('Predicted bytes', head, rows, 4));
    }
    if ((record.reconciliation ?? []).length > 0) {
      const rows = record.reconciliation.map(({ quantity, from, to, part, bytes }) => [
        quantity,
        from,
        to,
        part,
        digits(bytes),
      ]);
      nodes.push(table('From ledger to ledger', ['quantity', 'from', 'to', 'part', 'bytes'], rows, 4));
    }
    const { readings: _, reconciliation: __, ...rest } = record;
    const raw = element('pre', plain(JSON.stringify(rest, null, 2)), { tabindex: '0' });
    nodes.push(element('details', [element('summary', 'Everything else of the record'), raw]));
    return nodes;
  };

  const itemOf = (line: RecordLine, index: number): HTMLElement => {
    const title = [
      element('code', line.configId),
      element('span', ` ${plain(line.name)} `),
      element('small', plain(line.said)),
    ];
    const details = element('details', [element('summary', title)]);
    details.addEventListener(
      'toggle',
      async () => {
        const [records, comparisons] = await everything();
        const record = JSON.parse(records[index] ?? 'null');
        details.append(...contentOf(record, JSON.parse(comparisons[index] ?? '[]'), line));
      },
      { once: true },
    );
    return element('li', [details]);
  };

  const show = (): void => {
    const words = search.value.toLowerCase().split(/\s+/);
    const found = data.records
      .map((line, index) => ({
        line,
        index,
        text: `${line.configId} ${line.name} ${line.said} ${line.command}`.toLowerCase(),
      }))
      .filter(({ text }) => words.every((word) => text.includes(word)));
    list.replaceChildren(...found.slice(0, shown).map(({ line, index }) => itemOf(line, index)));
    more.hidden = found.length <= shown;
    status.textContent = `${Math.min(shown, found.length)} of ${found.length} shown, ${data.records.length} in all.`;
  };
  search.addEventListener('input', () => {
    shown = PAGE;
    show();
  });
  more.addEventListener('click', () => {
    shown += PAGE;
    show();
  });
  show();
}
