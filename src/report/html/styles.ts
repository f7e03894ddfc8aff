/** How the page looks: light and dark, from a telephone to A4. */

/** Okabe and Ito's colours, told apart without red or green; darker ones for the light ground where theirs is too pale for a line. */
const LIGHT = {
  ...{ ground: '#ffffff', raised: '#f5f6f8', text: '#16191d', faint: '#5b6470', line: '#d5d9de', accent: '#0b5cad' },
  ...{ good: '#0b6e4f', over: '#8a5a00', under: '#b3261e' },
  series: ['#0b5cad', '#c2410c', '#0b7a5b', '#8e3a83', '#8a6d00', '#16191d', '#0e7490'],
};
const DARK = {
  ...{ ground: '#14171b', raised: '#1d2228', text: '#e7eaee', faint: '#a3adb8', line: '#39414a', accent: '#7fb8ff' },
  ...{ good: '#5fd0a5', over: '#f0b44c', under: '#ff8a80' },
  series: ['#7fb8ff', '#ff9b6a', '#5fd0a5', '#e59bd9', '#e3c74f', '#e7eaee', '#67d3e6'],
};
/** Twelve components and what nobody claims: neighbours in a stack differ in lightness. */
const PARTS = [
  ...['#9aa5b1', '#0072b2', '#e69f00', '#8c4a9e', '#7fbf7b', '#cc6677', '#56b4e9', '#b5651d'],
  ...['#3f4f9e', '#f0a6c0', '#117a65', '#d8c24a', '#777777'],
];

function variables({ series, ...named }: typeof LIGHT): string {
  const all = [...Object.entries(named), ...series.map((colour, index) => [`series-${index + 1}`, colour])];
  return all.map(([name, colour]) => `--${name}: ${colour};`).join(' ');
}

const PART_VARIABLES = PARTS.map((colour, index) => `--part-${index + 1}: ${colour};`).join(' ');

/** The only style sheet of the page. */
export const STYLES = `
:root { color-scheme: light dark; ${variables(LIGHT)} ${PART_VARIABLES} }
@media (prefers-color-scheme: dark) { :root { ${variables(DARK)} } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem clamp(0.9rem, 4vw, 3rem) 4rem; max-width: 76rem; background: var(--ground); color: var(--text);
  font: 1rem/1.55 system-ui, "Segoe UI", Roboto, "Noto Sans", sans-serif; overflow-wrap: anywhere; }
h1 { font-size: clamp(1.45rem, 1.1rem + 1.6vw, 2.1rem); line-height: 1.2; margin: 0 0 0.6rem; text-wrap: balance; overflow-wrap: break-word; }
h2 { font-size: 1.35rem; line-height: 1.25; margin: 3rem 0 0.6rem; padding-top: 0.9rem; border-top: 1px solid var(--line); }
h3 { font-size: 1.1rem; margin: 1.2rem 0 0.3rem; }
.panels h3 { font-size: 0.85rem; font-weight: 600; margin: 0.4rem 0 0.1rem; }
p, ol.note { max-width: 48rem; margin: 0.5rem 0; }
a { color: var(--accent); }
.lead { font-size: 1.12rem; }
.note, figcaption, caption, small { color: var(--faint); font-size: 0.86rem; }
figcaption strong { color: var(--text); font-size: 1rem; }
nav ul, ul.legend { display: flex; flex-wrap: wrap; gap: 0.25rem 1.1rem; list-style: none; padding: 0; margin: 0.6rem 0; font-size: 0.86rem; }
nav a { display: inline-block; padding: 0.15rem 0; }
ul.legend li { display: inline-flex; align-items: center; gap: 0.4rem; }
.swatch { width: 0.8rem; height: 0.8rem; border-radius: 2px; display: inline-block; }
figure { margin: 1.2rem 0; }
.wide { overflow-x: auto; max-width: 100%; }
.wide:focus-visible, button:focus-visible, summary:focus-visible, pre:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.plot { display: block; max-width: none; height: auto; }
.plot text { white-space: pre; }
.panels { display: flex; flex-wrap: wrap; gap: 1rem 2rem; align-items: flex-start; }
.legend .plot { flex: none; }
table { border-collapse: collapse; font-size: 0.88rem; font-variant-numeric: tabular-nums; margin: 0.4rem 0; }
caption { text-align: left; padding: 0.3rem 0; }
th, td { padding: 0.28rem 0.6rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); overflow-wrap: normal; }
th:first-child, td:first-child { padding-left: 0; }
thead th { border-bottom: 1px solid var(--faint); font-weight: 600; white-space: nowrap; }
tbody th { font-weight: 500; white-space: nowrap; }
.number { text-align: right; white-space: nowrap; }
td code { white-space: nowrap; }
th button { font: inherit; color: inherit; background: none; border: 0; padding: 0.3rem 0; cursor: pointer; }
th button::after { content: " ↕"; color: var(--faint); }
th[aria-sort="ascending"] button::after { content: " ↑"; color: var(--accent); }
th[aria-sort="descending"] button::after { content: " ↓"; color: var(--accent); }
.good { color: var(--good); } .over { color: var(--over); } .under { color: var(--under); }
.controls { display: flex; flex-wrap: wrap; gap: 0.6rem 1.2rem; align-items: center; margin: 0.6rem 0; font-size: 0.9rem; }
label { display: inline-flex; flex-wrap: wrap; gap: 0.4rem; align-items: center; max-width: 100%; }
select, input[type="search"], #records-more { font: inherit; color: inherit; background: var(--raised); border: 1px solid var(--faint);
  border-radius: 4px; padding: 0.3rem 0.5rem; max-width: 100%; }
.timeline input { flex: 1 1 14rem; }
.timeline output { display: block; min-height: 3em; font-variant-numeric: tabular-nums; }
code, pre { font-family: ui-monospace, "SF Mono", Menlo, "DejaVu Sans Mono", monospace; font-size: 0.86rem; }
pre { background: var(--raised); padding: 0.7rem 0.9rem; overflow-x: auto; border-radius: 4px; }
summary { cursor: pointer; padding: 0.25rem 0; }
#records-list .wide { max-height: 26rem; overflow-y: auto; }
#records-list { list-style: none; padding: 0; }
#records-list > li { border-bottom: 1px solid var(--line); }
[hidden] { display: none !important; }
@page { size: A4; margin: 14mm 12mm; }
@media print {
  :root { color-scheme: light; ${variables(LIGHT)} }
  body { padding: 0; max-width: none; font-size: 9.5pt; }
  nav, .controls, #scores-status, #configurations, .timeline output { display: none; }
  h2 { break-after: avoid; margin-top: 1.4rem; }
  figure, tr, .plot { break-inside: avoid; }
  figcaption, caption { break-after: avoid; }
  .wide { overflow: visible; }
  .plot { max-width: 100%; }
  table { font-size: 7.5pt; width: 100%; }
  th, td { padding: 1.5pt 4pt; overflow-wrap: anywhere; }
  td.number { white-space: normal; }
  thead th, tbody th, td code { white-space: normal; }
  th button::after { content: ""; }
  pre { white-space: pre-wrap; }
}
`;
