/** Who executed a measured step: numbers of different executors are never put into one statistic. */
import type { MeasurementRecord } from './measurement.ts';

/** Short text without versions: `tensorflow on cpu`, `tensorflow on gpu`, `javascript on cpu`. */
export const originOf = ({ configuration, environment }: MeasurementRecord): string =>
  `${configuration.runtime.backend} on ${environment.device.kind}`;
