/** What the parts of the page's script share. Each function here is put into the page as it is: it may name nothing from outside itself. */

/** The lines of a packed element: base64 of gzip of folded lines. */
export async function unpack(id: string): Promise<string[]> {
  const packed = document.getElementById(id)?.textContent?.trim() ?? '';
  const bytes = Uint8Array.from(atob(packed), (character) => character.charCodeAt(0));
  const text = await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))).text();
  const frames: string[][] = [];
  return text.split('\n').flatMap((line) => {
    if (line.startsWith('=')) {
      frames.push(line.slice(1).split('\0'));
      return [];
    }
    const [number, ...tokens] = line.split(' ');
    return [
      (frames[Number(number)] ?? []).map((part, index) => (index === 0 ? part : tokens[index - 1] + part)).join(''),
    ];
  });
}

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

/** Makes an element that holds text, or other elements. */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  content: string | readonly Node[],
  attributes: Readonly<Record<string, string>> = {},
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  if (typeof content === 'string') made.textContent = content;
  else made.append(...content);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}
