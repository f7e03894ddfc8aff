/**
 * `process` on an NVIDIA GPU: what the driver charges this process, with its context, TensorFlow's pool and the libraries' code. The driver
 * keeps no high-water mark, so a peak is the highest of what was seen at the marks and every few milliseconds between them: a lower bound.
 * Where the driver does not tell the process's share there is no ledger. What the whole device has in use is no substitute: it has the
 * memory of others, and its growth since the start lacks the context; it is only named in the reason.
 */
import { Worker } from 'node:worker_threads';
import type { LoadedRuntime } from '../runtime/load.ts';
import { type Nvml, openNvml } from '../runtime/nvml.ts';
import type { MarkReading, RunningLedger, Unavailable } from './ledger.ts';
import { PolledPeak } from './polledPeak.ts';
import { poolOf } from './pool.ts';

/** A thread that loads one small library; on a busy machine it waits for its turn. */
const WORKER_START_MS = 10_000;

/** `library` is for tests. */
export function driverCharge(
  { statistics }: Pick<LoadedRuntime, 'statistics'>,
  library?: string,
): RunningLedger | Unavailable {
  const nvml = openNvml(library);
  if ('reason' in nvml) return nvml;
  const first = askDriver(nvml);
  if (typeof first !== 'number') return first;
  const peak = new PolledPeak();
  const worker = new Worker(new URL('./driverPoll.js', import.meta.url), {
    workerData: { shared: peak.shared, library },
    execArgv: [], // a worker takes over Node's options, and some are refused for a file
  });
  worker.on('error', () => {}); // seen by `polling`
  worker.unref();
  if (!peak.started(WORKER_START_MS)) {
    peak.stop();
    return { reason: 'what the driver charges cannot be polled: the thread that polls does not start' };
  }
  const readings: MarkReading[] = [];
  let baselineBytes = 0;
  let failure: Unavailable | null = null;
  return {
    mark(mark) {
      const levelBytes = askDriver(nvml);
      if (typeof levelBytes !== 'number') {
        failure ??= levelBytes;
        return;
      }
      if (!peak.polling) failure ??= { reason: 'the driver did not answer the thread that polls what it charges' };
      const peakBytes = peak.mark(levelBytes);
      const { poolBytes, freeBytes } = poolOf(statistics);
      // The context is there, and there is no model yet. All of a pool on a GPU is charged, touched or not, so it is no part of this.
      if (readings.length === 0) baselineBytes = levelBytes - poolBytes;
      const parts = { 'runtime-baseline': baselineBytes };
      const level = { parts: { 'pool-free': freeBytes, ...parts } };
      readings.push({
        mark,
        levelBytes,
        peakBytes,
        peakIsLowerBound: true,
        peakKernel: null,
        level,
        peak: { parts }, // when it was is not known, so what the pool had free then is not either
      });
    },
    stop() {
      peak.stop();
      return failure ?? readings;
    },
  };
}

function askDriver(nvml: Nvml): number | Unavailable {
  try {
    const bytes = nvml.processBytes();
    if (bytes !== null) return bytes;
    return {
      reason:
        'the driver does not tell what it charges this process, as in a container with process ids of its own; ' +
        `the whole device has ${nvml.deviceUsedBytes()} B in use`,
    };
  } catch (error) {
    return { reason: `the driver does not answer: ${(error as Error).message}` };
  }
}
