/** A timeline thinned out: of each stretch of events the highest instant, so that no peak is lost. */
import { COMPONENTS } from '../../records/quantity.ts';
import type { StoredTimeline } from '../../records/timeline.ts';
import { firstPhase, LiveMemory, replay } from '../replay.ts';
import type { TimelineSample } from './browser/pageData.ts';

/** As many as a picture has room for. */
const MOST_SAMPLES = 400;

/** A step as a picture has room for it. */
export interface Thinned {
  /** Those that hold a byte in any sample. */
  readonly components: readonly string[];
  readonly samples: readonly TimelineSample[];
  readonly events: number;
  /** Number of the event at each mark, with its name. */
  readonly marks: readonly { readonly mark: string; readonly event: number }[];
}

/** By the number of events, not by their time: a burst of kernels is as wide as its events are many. */
export function thinned(timeline: StoredTimeline): Thinned {
  const names: readonly string[] = [...COMPONENTS, 'unattributed'];
  const stretch = Math.max(1, Math.ceil(timeline.events.length / MOST_SAMPLES));
  const samples: TimelineSample[] = [];
  const marks: { mark: string; event: number }[] = [];
  const kernels = new Map(timeline.aliveAtStart.map(({ id, kernel }) => [id, kernel]));
  let highest: TimelineSample | null = null;
  let event = 0;
  const look = (live: LiveMemory, timeUs: number, phase: string, kernel: string): void => {
    if (highest !== null && live.requestedBytes <= highest.bytes) return;
    const parts = names.map((name) => live.componentBytes.get(name) ?? 0);
    highest = { event, timeUs, phase, kernel, bytes: live.requestedBytes, parts };
  };
  look(new LiveMemory(timeline.aliveAtStart), 0, firstPhase(timeline), 'start of the step');
  replay(timeline, (happened, live) => {
    event += 1;
    if (happened.kind === 'mark') marks.push({ mark: happened.mark, event });
    else {
      if (happened.kind === 'allocated') kernels.set(happened.buffer.id, happened.buffer.kernel);
      const kernel = kernels.get(happened.kind === 'allocated' ? happened.buffer.id : happened.id) ?? 'unknown';
      const said = { allocated: kernel, freed: `freed, made by ${kernel}`, moved: `kept, made by ${kernel}` }[
        happened.kind
      ];
      look(live, happened.timeUs, happened.phase, said);
    }
    if (event % stretch === 0 || event === timeline.events.length) {
      if (highest !== null) samples.push(highest);
      highest = null;
    }
  });
  const used = names.map((_, index) => samples.some(({ parts }) => (parts[index] ?? 0) > 0));
  return {
    components: names.filter((_, index) => used[index]),
    samples: samples.map((sample) => ({ ...sample, parts: sample.parts.filter((_, index) => used[index]) })),
    events: timeline.events.length,
    marks,
  };
}
