/** Text for people as it goes to a terminal or a log of CI: nothing in it is obeyed but the colours that memproof itself put there. */
import { plainLines } from '../report/plainLine.ts';

/** What picocolors begins and ends bold, dim, red, green and yellow with. Whoever writes one into a name colours it, which is a second signal at most. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is what a colour begins with
const COLOUR = /(\u001b\[(?:1|2|22|31|32|33|39)m)/;

/** A line that GitHub Actions would take for a command. */
const WORKFLOW_COMMAND = /^(\s*)(?=::|##\[)/gm;

/** Several lines. `colours`: whether any were asked for. */
export const inert = (text: string, colours = true): string =>
  text
    .split(colours ? COLOUR : /(?!)/)
    .map((part, index) => (index % 2 === 1 ? part : plainLines(part)))
    .join('')
    .replace(WORKFLOW_COMMAND, '$1\\');
