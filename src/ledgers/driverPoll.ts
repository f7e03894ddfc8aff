/** A worker thread that asks the driver again and again while the main thread is busy with a step. Started by `driverCharge.ts` only. */
import { workerData } from 'node:worker_threads';
import { openNvml } from '../runtime/nvml.ts';
import { PolledPeak } from './polledPeak.ts';

const POLL_MS = 5;
const { shared, library } = workerData as { shared: SharedArrayBuffer; library: string | undefined };

const peak = new PolledPeak(shared);
try {
  const nvml = openNvml(library);
  peak.run(() => ('reason' in nvml ? null : nvml.processBytes()), POLL_MS);
} catch {
  // The driver does not answer any more. The ledger sees that polling has ended, and asks the driver for the reason itself.
}
