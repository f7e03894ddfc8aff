/** Pictures as text. Nobody else knows what draws them. */
import { html, Markup } from './markup.ts';

/** What draws, loaded. */
export type Plot = typeof import('@observablehq/plot');
type PlotOptions = import('@observablehq/plot').PlotOptions;

/** What a picture needs. */
export interface Plots {
  /** The marks and scales to draw with. */
  readonly Plot: Plot;
  /** An SVG element; `label` says what it shows to who cannot see it, and is empty for an ornament. */
  draw(label: string, options: PlotOptions): Markup;
}

/** Loads what draws, which takes a third of a second: only who writes a page calls it. */
export async function loadPlots(): Promise<Plots> {
  const [Plot, { parseHTML }] = await Promise.all([import('@observablehq/plot'), import('linkedom')]);
  const { document } = parseHTML('<!doctype html><html lang="en"><body></body></html>');
  const draw: Plots['draw'] = (label, options) => {
    const svg = Plot.plot({ className: 'plot', style: { fontSize: '12px' }, ...options, document });
    svg.removeAttribute('font-family'); // that of the page
    for (const rules of svg.querySelectorAll('style')) rules.remove(); // they are in the page's own, once
    const named = label === '' ? '<svg aria-hidden="true"' : html`<svg role="img" aria-label="${label}"`.text;
    return new Markup(shortened(svg.outerHTML).replace(/^<svg/, () => named));
  };
  return { Plot, draw };
}

/** A hundredth of a pixel is finer than any screen. Only in tags: what stands between them is text. */
const shortened = (svg: string): string =>
  svg
    .replace(/<text[^>]* \/>/g, '') // labels that have no room
    .replace(/ aria-(?:label|hidden)="[^"]*"/g, '') // the picture as a whole is named
    .replace(/<[^>]*>/g, (tag) =>
      tag.replace(/-?\d+\.\d{3,}(?:e-?\d+)?/g, (number) => String(Number(Number(number).toFixed(2)))),
    );
