/**
 * Texts that are alike but for numbers and ids, told once: gzip looks back 32 KiB, and one record is longer than that. Of a record what
 * is left are its numbers.
 */

/** Digits, and what looks like an id: these differ from record to record. */
const TOKEN = /[0-9a-f]{8,}|\d+/g;
/** Stands for a token. JSON has none: it writes it as an escape. */
const GAP = '\0';

/**
 * A line for each text, and before it a line for each way of writing that was not met before: `=` and the text with its tokens left out;
 * `n` and the number of that, then the tokens. No text may have a line end or the character 0 in it.
 */
export function* folded(texts: Iterable<string>): Generator<string> {
  const known = new Map<string, number>();
  for (const text of texts) {
    const tokens = text.match(TOKEN) ?? [];
    const frame = text.replace(TOKEN, GAP);
    const number = known.get(frame) ?? known.size;
    if (!known.has(frame)) {
      known.set(frame, number);
      yield `=${frame}`;
    }
    yield [number, ...tokens].join(' ');
  }
}

/** The texts again, each made when it is asked for. Throws where `lines` are of something else. */
export function* unfolded(lines: Iterable<string>): Generator<string> {
  const frames: string[][] = [];
  for (const line of lines) {
    if (line.startsWith('=')) frames.push(line.slice(1).split(GAP));
    else yield filled(frames, line.split(' '));
  }
}

function filled(frames: readonly (readonly string[])[], [number, ...tokens]: readonly string[]): string {
  const frame = frames[Number(number)];
  if (frame?.length !== tokens.length + 1) throw new RangeError('a record does not fit its frame');
  return frame.map((text, index) => (index === 0 ? text : tokens[index - 1] + text)).join('');
}
