/**
 * A page that loads /trace.json as any viewer of the format would, and draws its stacked counter. `drawn` is a promise of what it found.
 * A column of pixels shows the highest sample in it, so that a peak of a few µs is not lost.
 */
export const TIMELINE_PAGE = `<!doctype html>
<meta charset="utf-8">
<title>Timeline</title>
<style>body { margin: 16px; font: 13px sans-serif } canvas { border: 1px solid #999 }</style>
<canvas width="1200" height="560"></canvas>
<script type="module">
const COLOURS = ['#4e79a7', '#f28e2b', '#e15759', '#76b7b2', '#59a14f', '#edc948', '#b07aa1', '#ff9da7', '#9c755f', '#bab0ac', '#2f4b7c', '#d45087', '#111111'];
const LEFT = 70, TOP = 40, RIGHT = 1060, BOTTOM = 530;
const sum = (args) => Object.values(args).reduce((total, value) => total + value, 0);

async function draw() {
  const { traceEvents } = await (await fetch('/trace.json')).json();
  const counters = traceEvents.filter(({ ph }) => ph === 'C');
  const maxima = {};
  for (const { name, args } of counters) maxima[name] = Math.max(maxima[name] ?? 0, sum(args));

  const stacked = counters.filter(({ name }) => name === 'live bytes by component');
  const names = Object.keys(stacked[0].args);
  const phases = traceEvents.filter(({ ph }) => ph === 'X');
  const peak = traceEvents.find(({ ph }) => ph === 'i');
  const endUs = Math.max(...phases.map(({ ts, dur }) => ts + dur));
  const highest = maxima['live bytes by component'];
  const x = (us) => LEFT + Math.round((us / endUs) * (RIGHT - LEFT));
  const y = (bytes) => BOTTOM - Math.round((bytes / highest) * (BOTTOM - TOP));

  const canvas = document.querySelector('canvas');
  const pen = canvas.getContext('2d', { willReadFrequently: true });
  stacked.forEach(({ ts, args }, index) => {
    const width = Math.max(1, x(stacked[index + 1]?.ts ?? endUs) - x(ts));
    let below = 0;
    names.forEach((name, series) => {
      pen.fillStyle = COLOURS[series];
      pen.fillRect(x(ts), y(below + args[name]), width, y(below) - y(below + args[name]));
      below += args[name];
    });
  });
  const ink = lookAt(pen.getImageData(0, 0, canvas.width, canvas.height));

  pen.font = '13px sans-serif';
  for (const { name, ts, dur } of phases) {
    pen.fillStyle = '#444';
    pen.fillRect(x(ts + dur), TOP - 24, 1, BOTTOM - TOP + 24);
    pen.fillText(name, x(ts) + 4, TOP - 12);
  }
  pen.fillText(peak.name, Math.max(LEFT, x(peak.ts) - 140), TOP - 26);
  pen.fillRect(x(peak.ts), TOP - 22, 2, 20);
  for (const part of [0, 0.25, 0.5, 0.75, 1])
    pen.fillText((part * highest / 2 ** 20).toFixed(1) + ' MiB', 6, y(part * highest) + 4);
  names.forEach((name, series) => {
    pen.fillStyle = COLOURS[series];
    pen.fillRect(RIGHT + 20, BOTTOM - 20 * series - 12, 12, 12);
    pen.fillStyle = '#444';
    pen.fillText(name, RIGHT + 38, BOTTOM - 20 * series - 2);
  });
  return { maxima, inkedPixels: ink.pixels, colours: ink.colours, highestAtUs: ((ink.highestX - LEFT) / (RIGHT - LEFT)) * endUs, pixelUs: endUs / (RIGHT - LEFT) };
}

/** How much is painted, in how many colours, and where the highest painted pixel is. */
function lookAt({ data, width, height }) {
  const colours = new Set();
  let pixels = 0, highestX = null;
  for (let at = 0; at < width * height; at++) {
    if (data[4 * at + 3] === 0) continue;
    pixels += 1;
    highestX ??= at % width;
    if (data[4 * at + 3] === 255) colours.add(data.slice(4 * at, 4 * at + 3).join());
  }
  return { pixels, highestX, colours: colours.size };
}

window.drawn = draw();
</script>
`;
