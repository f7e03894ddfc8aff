/** Text that hangs beside a column of names. */

/** The width that every screen is kept to. */
export const WIDTH = 100;

/** `words` in lines below each other, the first behind `prefix`; a word that is wider than a line keeps one of its own. */
export function hanging(words: readonly string[], prefix: string): string {
  const lines: string[] = [];
  let line = prefix;
  for (const word of words) {
    const glue = line === prefix ? '' : ' ';
    if (line !== prefix && line.length + glue.length + word.length > WIDTH) {
      lines.push(line);
      line = `${' '.repeat(prefix.length)}${word}`;
    } else line += glue + word;
  }
  return [...lines, line].join('\n');
}
