/** Running text on a terminal. */

export const WIDTH = 100;

/** `prefix`, then `text` broken between words, the following lines below its beginning; a word that is wider than a line keeps one of its own. */
export function wrap(text: string, prefix: string): string {
  const lines: string[] = [];
  let line = prefix;
  for (const word of text.split(' ')) {
    const glue = line === prefix ? '' : ' ';
    if (line !== prefix && line.length + glue.length + word.length > WIDTH) {
      lines.push(line);
      line = `${' '.repeat(prefix.length)}${word}`;
    } else line += glue + word;
  }
  return [...lines, line].join('\n');
}
