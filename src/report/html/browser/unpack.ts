/** Reads what the page holds of its records. Put into the page as it is: it may name nothing from outside itself. */

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
