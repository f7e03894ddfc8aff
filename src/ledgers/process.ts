/**
 * `process`: on a GPU what the driver charges (driverCharge.ts); on a CPU the resident set, which is what the system charges: TensorFlow's memory, the library itself, JavaScript's heap and stacks.
 * The peak is the kernel's high-water mark, set back at every mark (proc_pid_clear_refs(5)). Where that is not allowed the ledger is
 * unavailable: a level that is only looked at four times a step misses whatever was freed in between, by any amount.
 * Freed memory leaves the resident set only if glibc gives it back: see MALLOC_MMAP_THRESHOLD_ in runtime/variables.ts. BFC never does.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { driverCharge } from './driverCharge.ts';
import type { LedgerSource, MarkReading } from './ledger.ts';
import { poolOf } from './pool.ts';

/** 5 sets VmHWM to VmRSS. */
const RESET_HIGH_WATER_MARK = '5';

export const residentSet: LedgerSource = {
  id: 'process',
  start(runtime) {
    const { device, statistics } = runtime;
    if (device.kind === 'gpu') return driverCharge(runtime);
    if (process.platform !== 'linux')
      return { reason: `the resident set is read on Linux only, not on ${process.platform}` };
    try {
      resetHighWaterMark();
    } catch (error) {
      return {
        reason: `the kernel does not let the high-water mark be set back (${(error as NodeJS.ErrnoException).code})`,
      };
    }
    const readings: MarkReading[] = [];
    let baselineBytes = 0;
    let firstHeapBytes = 0;
    return {
      mark(mark) {
        const { levelBytes, peakBytes } = residentBytes(readFileSync('/proc/self/status', 'latin1'));
        if (readings.length === 0) {
          baselineBytes = levelBytes; // TensorFlow is loaded, and there is no model yet
          firstHeapBytes = heapBytes();
        }
        const parts = { 'runtime-baseline': baselineBytes, 'javascript-heap': heapBytes() - firstHeapBytes };
        // When the peak was is not known, so what the pool had free then is not either. The pool is charged only where it was ever touched.
        const level = { parts: { 'pool-free': poolOf(statistics).freeBytes, ...parts } };
        readings.push({ mark, levelBytes, peakBytes, peakKernel: null, level, peak: { parts } });
        resetHighWaterMark();
      },
      stop: () => readings,
    };
  },
};

/** What V8 has taken, in use or not, and the arrays outside its heap. */
function heapBytes(): number {
  const { heapTotal, external } = process.memoryUsage();
  return heapTotal + external;
}

const resetHighWaterMark = (): void => writeFileSync('/proc/self/clear_refs', RESET_HIGH_WATER_MARK);

/** From the text of /proc/PID/status, whose "kB" are of 1024 bytes (proc_pid_status(5)). */
export function residentBytes(status: string): { levelBytes: number; peakBytes: number } {
  const bytes = (name: string): number => {
    const kibibytes = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1];
    if (kibibytes === undefined) throw new Error(`/proc/self/status has no ${name}`);
    return Number(kibibytes) * 1024;
  };
  return { levelBytes: bytes('VmRSS'), peakBytes: bytes('VmHWM') };
}
