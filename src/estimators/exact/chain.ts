/** Operations one after the other, each result freed as soon as the next is there (src/model/customGradient.ts, `through`). */
import { freed, type Moment } from './moments.ts';

/** The last result is left. */
export const chain = (...steps: readonly Moment[]): Moment[] =>
  steps.flatMap((step, index) => {
    const before = steps[index - 1];
    return before === undefined ? [step] : [step, freed(before.component, before.bytes)];
  });

/** All of `moments`, and then everything that they left but `result` bytes. */
export function within(moments: readonly Moment[], component: Moment['component'], result: number): Moment[] {
  const left = moments.reduce((sum, moment) => sum + (moment.component === component ? moment.bytes : 0), 0);
  return [...moments, freed(component, left - result)];
}
