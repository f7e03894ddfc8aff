/**
 * `allocated`: what TensorFlow's allocator has in use, by its own counters: whole chunks where it is BFC. The peak is the allocator's too,
 * so none is missed between marks; it does not know which kernel was running.
 */
import type { LedgerSource, MarkReading } from './ledger.ts';

export const allocated: LedgerSource = {
  id: 'allocated',
  start({ statistics }) {
    if ('reason' in statistics) return statistics;
    if (statistics.read() === null) {
      return {
        reason: `the allocator "${statistics.allocatorName}" does not count every byte; with runtime.allocator "bfc" it does`,
      };
    }
    statistics.clearPeak();
    const readings: MarkReading[] = [];
    return {
      mark(mark) {
        const reading = statistics.read();
        if (reading === null) return; // it was there at the start; a mark that is missing is noticed by whoever reads them
        const { bytesInUse: levelBytes, peakBytesInUse: peakBytes } = reading;
        readings.push({ mark, levelBytes, peakBytes, peakKernel: null, level: {}, peak: {} });
        statistics.clearPeak();
      },
      stop: () => readings,
    };
  },
};
