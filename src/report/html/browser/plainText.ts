/** Text from outside, as it may be shown. Put into the page as it is: it may name nothing from outside itself. */

/** As plainLines on the other side: what cannot be seen, or turns the direction of reading, is written out. */
export function plain(text: string): string {
  const isUnseen = (code: number): boolean =>
    (code < 32 && code !== 10) ||
    (code >= 0x7f && code <= 0x9f) ||
    code === 0x61c ||
    code === 0x200e ||
    code === 0x200f ||
    (code >= 0x2028 && code <= 0x202e) ||
    (code >= 0x2066 && code <= 0x2069) ||
    code === 0xfeff;
  return Array.from(text, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return isUnseen(code) ? `<U+${code.toString(16).toUpperCase().padStart(4, '0')}>` : character;
  }).join('');
}
