/** Text that memproof did not write, on a line of its own: nothing in it moves a cursor, changes a colour or the direction of reading. */

/**
 * Control characters (C0, DEL, C1: escape sequences begin with one), the line separators of Unicode, and the marks that change the
 * direction of text, by which a name can look like another one.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** `a\nb` → `a b`, and each other character that obeys and does not show → `<U+001B>`. */
export const plainLine = (text: string): string => text.replace(/[\r\n\t]+/g, ' ').replace(UNSEEN, named);

/** The same for text of several lines, whose line ends stay. */
export const plainLines = (text: string): string =>
  text.replaceAll('\t', ' ').replace(UNSEEN, (character) => (character === '\n' ? character : named(character)));

/** The same for a cell of a table that is a file, whose own line ends and tabs stay: they are quoted there. */
export const plainCell = (text: string): string =>
  text.replace(UNSEEN, (character) => ('\t\r\n'.includes(character) ? character : named(character)));

/** JSON on one line, where such characters stand escaped: the same value to a program, and nothing to a terminal. */
export const plainJson = (value: unknown): string =>
  JSON.stringify(value).replace(UNSEEN, (character) => `\\u${codeOf(character).toLowerCase()}`);

const codeOf = (character: string): string =>
  (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');

const named = (character: string): string => `<U+${codeOf(character)}>`;
