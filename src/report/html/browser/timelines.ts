/** What was alive at an instant, and which kernel was at work, under the pointer. Put into the page as it is: it may name nothing from outside itself. */
import type { PageData, Plain, TimelineSample } from './pageData.ts';

/** Listens to the pointer and to the slider of each step. */
export function timelines(data: PageData, plain: Plain): void {
  const amount = (bytes: number): string =>
    bytes < 2 ** 17 ? `${(bytes / 2 ** 10).toFixed(1)} KiB` : `${(bytes / 2 ** 20).toFixed(2)} MiB`;
  data.timelines.forEach(({ components, samples, frame }, number) => {
    const root = document.querySelector(`#timeline-${number}`);
    const svg = root?.querySelector('svg');
    const slider = root?.querySelector<HTMLInputElement>('input');
    const output = root?.querySelector('output');
    if (svg == null || slider == null || output == null) return;
    const rule = document.createElementNS('http://www.w3.org/2000/svg', 'line');
    for (const [name, value] of Object.entries({
      y1: '0',
      y2: '100%',
      stroke: 'currentColor',
      'stroke-opacity': '0.6',
      'pointer-events': 'none',
    }))
      rule.setAttribute(name, value);
    svg.append(rule);

    const sentence = ({ kernel, bytes, phase, timeUs, event, parts }: TimelineSample): string => {
      const largest = components
        .map((name, index) => ({ name, size: parts[index] ?? 0 }))
        .filter(({ size }) => size > 0)
        .sort((a, b) => b.size - a.size);
      const alive = largest.map(({ name, size }) => `${name} ${amount(size)}`).join(', ');
      return plain(
        `${kernel} (${phase}, event ${event}, ${(timeUs / 1000).toFixed(2)} ms): ${amount(bytes)} alive: ${alive}`,
      );
    };
    const show = (index: number): void => {
      const sample = samples[index];
      if (sample === undefined) return;
      const x = frame.left + (sample.event / frame.lastEvent) * (frame.right - frame.left);
      rule.setAttribute('x1', String(x));
      rule.setAttribute('x2', String(x));
      slider.value = String(index);
      output.textContent = sentence(sample);
    };
    slider.addEventListener('input', () => show(Number(slider.value)));
    svg.addEventListener('pointermove', ({ clientX }) => {
      const { left, width } = svg.getBoundingClientRect();
      const x = ((clientX - left) / width) * frame.width;
      const event = ((x - frame.left) / (frame.right - frame.left)) * frame.lastEvent;
      const after = samples.findIndex((sample) => sample.event > event);
      show(Math.max(0, after < 0 ? samples.length - 1 : after - 1));
    });
    show(Number(slider.value));
  });
}
