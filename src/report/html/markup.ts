/** HTML as a template: text that is put in stays text, whatever it holds. */
import { plainLines } from '../plainLine.ts';

/** Markup that may be put in as it is. */
export class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

type Value = string | number | Markup | null | readonly Value[];

/** Text, numbers, markup and lists of these; null is nothing. */
export const html = (strings: TemplateStringsArray, ...values: readonly Value[]): Markup =>
  new Markup(strings.map((text, index) => (index === 0 ? text : textOf(values[index - 1] ?? null) + text)).join(''));

/** Characters that change the direction of reading, or that cannot be seen, are written out. */
export const escapeText = (text: string): string =>
  plainLines(text).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

function textOf(value: Value): string {
  if (value === null) return '';
  if (value instanceof Markup) return value.text;
  if (typeof value === 'object') return value.map(textOf).join('');
  return escapeText(String(value));
}

/** Several, one below the other. */
export const lines = (parts: readonly Markup[]): Markup => new Markup(parts.map(({ text }) => text).join('\n'));
