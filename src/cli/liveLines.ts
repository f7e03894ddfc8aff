/** Lines at the foot of a terminal that are drawn again and again. Anywhere else (a file, a pipe, a log of CI) nothing is drawn, and no cursor moves. */

interface Screen {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

type Variables = Readonly<Record<string, string | undefined>>;

/** Whether a cursor can be moved there. */
export const isLive = ({ isTTY }: Pick<Screen, 'isTTY'>, variables: Variables = process.env): boolean =>
  isTTY === true && variables['TERM'] !== 'dumb' && (variables['CI'] ?? '') === '';

export class LiveLines {
  readonly #screen: Screen;
  #shown: readonly string[] = [];
  #ended = false;

  constructor(screen: Screen) {
    this.#screen = screen;
  }

  /** In place of those that are there. Each is cut to the screen, or the terminal would break it into lines that nobody counts. */
  show(lines: readonly string[]): void {
    this.clear();
    if (this.#ended) return;
    const width = (this.#screen.columns || 80) - 1; // 0 where a terminal has no size
    for (const line of lines) this.#screen.write(`${line.slice(0, width)}\n`);
    this.#shown = lines;
  }

  clear(): void {
    if (this.#shown.length > 0) this.#screen.write(`\u001b[${this.#shown.length}A\u001b[0J`); // up, and the rest of the screen
    this.#shown = [];
  }

  /** Clears, and shows nothing any more: what follows is the last word. */
  end(): void {
    this.clear();
    this.#ended = true;
  }

  /** Text that stays, above them. */
  above(text: string): void {
    const lines = this.#shown;
    this.clear();
    this.#screen.write(text);
    if (lines.length > 0) this.show(lines);
  }
}
