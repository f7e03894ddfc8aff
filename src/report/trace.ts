/** A stored timeline as a trace in Chrome's trace-event format, which Perfetto and chrome://tracing open. Pure. */
import { type Mark, phaseBetween } from '../records/mark.ts';
import { COMPONENTS } from '../records/quantity.ts';
import type { StoredTimeline } from '../records/timeline.ts';
import { LiveMemory, replay, stepPeak } from './replay.ts';

/** Names of the counter tracks. */
const TRACKS = {
  components: 'live bytes by component',
  requested: 'requested',
  allocated: 'allocated',
  buffers: 'buffers',
} as const;

const PROCESS = { pid: 1, tid: 1 };

type TraceEvent = Readonly<Record<string, unknown>>;

/** `title` names the configuration for people. One event per line, so that a text editor can show it, too. */
export function traceText(timeline: StoredTimeline, title: string = timeline.configId): string {
  const { configId, startedAt, step } = timeline;
  const events = [...names(title, step), ...phases(timeline), ...counters(timeline), peakEvent(timeline)];
  const lines = events.map((event) => JSON.stringify(event)).join(',\n');
  const otherData = JSON.stringify({ configId, startedAt, step });
  return `{"displayTimeUnit":"ms","otherData":${otherData},"traceEvents":[\n${lines}\n]}\n`;
}

const names = (title: string, step: number): TraceEvent[] => [
  { ph: 'M', ...PROCESS, ts: 0, name: 'process_name', args: { name: `memproof ${title}, step ${step}` } },
  { ph: 'M', ...PROCESS, ts: 0, name: 'thread_name', args: { name: 'phases' } },
];

/** Forward and backward once for each micro-batch. */
function phases({ events }: StoredTimeline): TraceEvent[] {
  const marks = events.filter((event) => event.kind === 'mark');
  return marks.flatMap(({ mark, timeUs: ts }, index) => {
    const to = marks[index + 1];
    const name = phaseBetween(mark as Mark, to?.mark as Mark | undefined);
    if (name === null || to === undefined) return [];
    return [{ ph: 'X', ...PROCESS, ts, dur: to.timeUs - ts, name, cat: 'phase', args: {} }];
  });
}

/** A sample of every track at the beginning, then one wherever a track changes. */
function counters(timeline: StoredTimeline): TraceEvent[] {
  const chunksKnown = timeline.aliveAtStart.every(({ allocatedBytes }) => allocatedBytes !== null);
  const order = componentsIn(timeline);
  const last = new Map<string, string>();
  const samples: TraceEvent[] = [];
  const sample = (name: string, ts: number, args: Record<string, number>): void => {
    const value = JSON.stringify(args);
    if (last.get(name) === value) return;
    last.set(name, value);
    samples.push({ ph: 'C', ...PROCESS, ts, name, args });
  };
  const look = (ts: number, live: LiveMemory): void => {
    sample(TRACKS.requested, ts, { bytes: live.requestedBytes });
    sample(TRACKS.components, ts, Object.fromEntries(order.map((name) => [name, live.componentBytes.get(name) ?? 0])));
    if (chunksKnown) sample(TRACKS.allocated, ts, { bytes: live.allocatedBytes });
    sample(TRACKS.buffers, ts, { bytes: live.bookedBytes });
  };
  look(0, new LiveMemory(timeline.aliveAtStart));
  replay(timeline, (event, live) => look(event.timeUs, live));
  return samples;
}

/** Every component that holds a byte at some time, in one order: a stacked track must not change its series on the way. */
function componentsIn({ aliveAtStart, events }: StoredTimeline): string[] {
  const found = new Set<string>(aliveAtStart.map(({ component }) => component));
  for (const event of events) {
    if (event.kind === 'allocated') found.add(event.buffer.component);
    if (event.kind === 'moved') found.add(event.component);
  }
  return [...COMPONENTS, 'unattributed'].filter((name) => found.has(name));
}

function peakEvent(timeline: StoredTimeline): TraceEvent {
  const { timeUs, phase, kernel, requestedBytes } = stepPeak(timeline);
  const name = `peak of requested: ${kernel ?? 'start of the step'}`;
  return { ph: 'i', ...PROCESS, ts: timeUs, s: 'p', name, cat: 'peak', args: { kernel, phase, bytes: requestedBytes } };
}
