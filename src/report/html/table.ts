/** A plain table in a box that scrolls by itself. */
import { html, type Markup } from './markup.ts';

/** Of a column. */
export interface Heading {
  readonly title: string;
  readonly alignment: 'left' | 'right';
}

/** For words. */
export const left = (title: string): Heading => ({ title, alignment: 'left' });
/** For numbers. */
export const right = (title: string): Heading => ({ title, alignment: 'right' });

/** What stands in a cell; text is escaped. */
export type TableCell = string | number | Markup;

/** The first cell of each row is its heading. */
export function table(caption: string, head: readonly Heading[], rows: readonly (readonly TableCell[])[]): Markup {
  const classOf = (index: number) => (head[index]?.alignment === 'right' ? html` class="number"` : null);
  const cell = (content: TableCell, index: number): Markup =>
    index === 0 ? html`<th scope="row"${classOf(0)}>${content}</th>` : html`<td${classOf(index)}>${content}</td>`;
  return html`<div class="wide" role="group" tabindex="0" aria-label="${caption}"><table>
<caption>${caption}</caption>
<thead><tr>${head.map(({ title }, index) => html`<th scope="col"${classOf(index)}>${title}</th>`)}</tr></thead>
<tbody>${rows.map((cells) => html`<tr>${cells.map(cell)}</tr>\n`)}</tbody>
</table></div>`;
}
