/** Text that comes in small pieces, in fewer and larger ones. */

const CHARACTERS = 2 ** 16;

/** Each as long as is worth a call to the system, or the last. */
export function* pieces(texts: Iterable<string>): Generator<string> {
  let piece = '';
  for (const text of texts) {
    piece += text;
    if (piece.length < CHARACTERS) continue;
    yield piece;
    piece = '';
  }
  if (piece !== '') yield piece;
}
