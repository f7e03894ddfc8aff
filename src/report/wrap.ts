/** Running text on a terminal. */

/** The width that every screen is kept to where nothing else is known of it. */
export const WIDTH = 100;

/** `prefix`, then `words` with `gap` between them, the following lines below the first word; a word wider than a line keeps one of its own. */
export function hanging(words: readonly string[], prefix: string, gap = ' ', width = WIDTH): string {
  const lines: string[] = [];
  let line = prefix;
  for (const word of words) {
    const glue = line === prefix ? '' : gap;
    if (line !== prefix && line.length + glue.length + word.length > width) {
      lines.push(line);
      line = `${' '.repeat(prefix.length)}${word}`;
    } else line += glue + word;
  }
  return [...lines, line].join('\n');
}

/** The same with a text, broken at its spaces. */
export const wrap = (text: string, prefix: string, width = WIDTH): string =>
  hanging(text.split(' '), prefix, ' ', width);

/** Cut to `width`, with an ellipsis where something is missing. */
export const fitted = (text: string, width: number): string =>
  text.length > width ? `${text.slice(0, width - 3)}...` : text;
