/** What the trace-event format demands of the kinds of events that we write, and how to read the counters back. */

export interface TraceEvent {
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur?: number;
  readonly s?: string;
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
}

const METADATA = ['process_name', 'thread_name'];

/** All that is wrong, one sentence each. */
export function traceProblems(text: string): string[] {
  const trace: unknown = JSON.parse(text);
  if (!isObject(trace) || !Array.isArray(trace['traceEvents'])) return ['not an object with traceEvents'];
  const problems: string[] = trace['displayTimeUnit'] === 'ms' ? [] : ['displayTimeUnit'];
  const last = new Map<string, number>();
  trace['traceEvents'].forEach((event: unknown, index: number) => {
    const wrong = (what: string): void => void problems.push(`event ${index}: ${what}: ${JSON.stringify(event)}`);
    if (!isObject(event)) {
      wrong('not an object');
      return;
    }
    const { ph, ts, args, name } = event;
    if (typeof name !== 'string' || name === '') wrong('name');
    if (!Number.isInteger(event['pid']) || !Number.isInteger(event['tid'])) wrong('pid or tid');
    if (typeof ts !== 'number' || !Number.isFinite(ts) || ts < 0 || !isObject(args)) {
      wrong('ts or args');
      return;
    }
    const problem = RULES[String(ph)]?.(event, args) ?? (String(ph) in RULES ? null : 'unknown ph');
    if (problem !== null) wrong(problem);
    const track = ph === 'C' ? `C ${name}` : String(ph);
    if (ts < (last.get(track) ?? 0)) wrong(`earlier than the event before on "${track}"`);
    const { dur } = event;
    last.set(track, ts + (ph === 'X' && typeof dur === 'number' ? dur : 0)); // complete events of a thread must not overlap
  });
  return problems;
}

type Fields = Readonly<Record<string, unknown>>;

const RULES: Readonly<Record<string, (event: Fields, args: Fields) => string | null>> = {
  M: ({ name }, args) =>
    METADATA.includes(String(name)) && typeof args['name'] === 'string' ? null : 'metadata without a name',
  X: ({ dur }) => (typeof dur === 'number' && dur >= 0 ? null : 'dur'),
  C: (_, args) => {
    const values = Object.values(args);
    return values.length > 0 && values.every((value) => Number.isFinite(value)) ? null : 'counter without numbers';
  },
  i: ({ s }) => (s === 'g' || s === 'p' || s === 't' ? null : 'scope'),
};

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const traceEvents = (text: string): TraceEvent[] => JSON.parse(text).traceEvents;

export type Sample = Readonly<Record<string, number>>;

/** The samples of one counter track, in order. */
export const samples = (events: readonly TraceEvent[], name: string): Sample[] =>
  events.filter((event) => event.ph === 'C' && event.name === name).map(({ args }) => args as Sample);

export const sum = (sample: Sample): number => Object.values(sample).reduce((total, value) => total + value, 0);

/** For every sample of the components: their sum, and what the counter `requested` shows then. */
export function sumsBesideRequested(events: readonly TraceEvent[]): { sum: number; requested: number }[] {
  let requested = Number.NaN;
  return events.flatMap(({ ph, name, args }) => {
    if (ph === 'C' && name === 'requested') requested = args['bytes'] as number;
    return ph === 'C' && name === 'live bytes by component' ? [{ sum: sum(args as Sample), requested }] : [];
  });
}
