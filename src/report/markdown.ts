/** Markdown as GitHub reads it. Text from outside goes through `code` or `escaped`, so that it shows and does nothing. */
import { plainLine } from './plainLine.ts';

/** In backquotes, where only these and a table's own bar could end it; a backslash before a bar would take the bar's own away. */
export const code = (text: string): string =>
  `\`${plainLine(text)
    .replaceAll('`', ' ')
    .replace(/\\(?=\|)/g, '\\ ')
    .replaceAll('|', '\\|')}\``;

/** With every character that Markdown or HTML would read as its own; an address stays text, too. */
export const escaped = (text: string): string =>
  plainLine(text)
    .replace(/[\\`*_[\]<>|&~#$@]/g, '\\$&')
    .replaceAll('://', '\\://')
    .replace(/\bwww\./gi, 'www\\.');

export interface Heading {
  readonly title: string;
  readonly alignment: 'left' | 'right';
}

export const left = (title: string): Heading => ({ title, alignment: 'left' });
/** For numbers. */
export const right = (title: string): Heading => ({ title, alignment: 'right' });

/** Titles and cells are Markdown. */
export const markdownTable = (head: readonly Heading[], rows: readonly (readonly string[])[]): string =>
  [head.map(({ title }) => title), head.map(({ alignment }) => (alignment === 'right' ? '--:' : '---')), ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');

/** Folded until it is clicked. `summary` is plain text, `body` Markdown, which GitHub reads as such after an empty line. */
export const details = (summary: string, body: string): string =>
  `<details><summary>${summary}</summary>\n\n${body}\n\n</details>`;
