/** A picture with its caption, in a box that scrolls by itself where the page is narrower than the picture. */
import { html, type Markup } from './markup.ts';

interface FigureParts {
  readonly title: string;
  readonly picture: Markup;
  readonly legend?: Markup | null;
  /** How to read it, and what was left out. */
  readonly notes: readonly (string | null)[];
}

/** Notes that are null are left out. */
export function figure({ title, picture, legend = null, notes }: FigureParts): Markup {
  const said = notes.filter((note) => note !== null);
  return html`<figure>
<figcaption><strong>${title}</strong></figcaption>
${legend}<div class="wide" role="group" tabindex="0" aria-label="${title}">${picture}</div>
${said.length === 0 ? null : html`<p class="note">${said.join(' ')}</p>`}
</figure>`;
}
