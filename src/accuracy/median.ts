import { median as medianOfSome } from 'simple-statistics';

/** Of an even number the mean of the middle two; null of none. */
export const median = (values: readonly number[]): number | null =>
  values.length === 0 ? null : medianOfSome([...values]);
