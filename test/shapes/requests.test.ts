/** Request by request: what shapes alone ask of the allocator, in what order, and when it comes back, is what TensorFlow asks. */
import { expect, test } from 'vitest';
import { loadSweep, resolveAll, sweepEntries } from '../../src/cli/selection.ts';
import { configId } from '../../src/config/configId.ts';
import type { RunConfig } from '../../src/config/schema.ts';
import { parseEvent } from '../../src/ledgers/eventLines.ts';
import { requestsOf } from '../../src/shapes/requestsOf.ts';
import { followedLines } from '../ledgers/followedRun.ts';

/** `+3:64`: the third request, for 64 bytes; `-3`: it comes back; else a mark. */
type Story = string[];

/** Three steps on TensorFlow, its allocator followed. */
function measured(config: RunConfig): Story {
  const numbers = new Map<string, number>();
  let requests = 0;
  return followedLines(config).flatMap((line) => {
    const event = parseEvent(line);
    if (event?.kind === 'mark') return [event.mark];
    if (event?.kind === 'returned') return [`-${numbers.get(event.address)}`];
    if (event?.kind !== 'taken') return [];
    requests += 1;
    numbers.set(event.address, requests);
    return [`+${requests}:${event.bytes}`];
  });
}

const simulated = (config: RunConfig): Story =>
  requestsOf(config, 3).events.map((event) => {
    if (event.kind === 'mark') return event.name;
    return event.kind === 'allocate' ? `+${event.id}:${event.bytes}` : `-${event.id}`;
  });

const sample = resolveAll(sweepEntries(loadSweep('exact')), 'cpu').filter((_, index) => index % 30 === 7);

test.each(sample.map((config) => [configId(config), config] as const))('%s', (_id, config) => {
  const story = simulated(config);
  expect(story.length).toBeGreaterThan(1000);
  expect(measured(config).slice(0, story.length)).toEqual(story); // after the last mark the process takes its model down
});
