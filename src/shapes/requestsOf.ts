/** What a run on shapes asks of the allocator, request by request, and nothing else: no ledger reads it, so that a deep model is soon told. */
import type { RequestEvent } from '../allocator/requestEvent.ts';
import type { RunConfig } from '../config/schema.ts';
import { stepMark } from '../measure/marks.ts';
import { beginRun } from './beginRun.ts';
import type { RequestListener } from './binding.ts';
import { kernelDevice } from './kernelDevice.ts';
import { openShapeRuntime } from './runtime.ts';

export interface Requests {
  /** In the order in which they are met and come back, between the marks of a measured run. A request's id is its number, from 1. */
  readonly events: readonly RequestEvent[];
  /** The operation that asked, by the request's number. */
  readonly kernels: readonly string[];
}

/** From nothing to the end of step `steps`, at full depth: what a chunk is like depends on every request before it. One at a time in a process. */
export function requestsOf(config: RunConfig, steps: number): Requests {
  const events: RequestEvent[] = [];
  const kernels: string[] = ['none'];
  const listener: RequestListener = {
    taken({ id, bytes }) {
      events.push({ kind: 'allocate', id: String(id), bytes });
      kernels.push(runtime.binding.running);
    },
    returned({ id }) {
      events.push({ kind: 'free', id: String(id) });
    },
  };
  const mark = (name: string): void => void events.push({ kind: 'mark', name });
  const runtime = openShapeRuntime(listener, kernelDevice(config.runtime));
  try {
    const trainer = beginRun(runtime, config, mark);
    for (let step = 1; step <= steps; step++) trainer.step((name) => mark(stepMark(step, name)));
    return { events, kernels };
  } finally {
    runtime.close();
  }
}
