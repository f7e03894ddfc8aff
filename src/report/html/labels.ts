/** Names beside the lines of a picture. */
import { describeConfig } from '../../config/describe.ts';
import type { JudgedRecord } from '../../records/judged.ts';

/** The beginning of the id keeps two apart that differ in what the line does not say. */
export const labelOf = ({ configuration, configId }: Pick<JudgedRecord, 'configuration' | 'configId'>): string =>
  `${describeConfig(configuration)}  ${configId.slice(0, 4)}`;

/** Room for the longest, in pixels: letters of 12 pixels are at most so wide in the mean. */
export const marginFor = (labels: readonly string[]): number =>
  labels.reduce((longest, { length }) => Math.max(longest, length), 0) * 7 + 14;
