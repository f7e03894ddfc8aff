/** Backward through the sum with the residual stream: both gradients are views of its own; on the way to the part it is narrowed, and dropped. */
import { cast } from '../../kernels.ts';
import type { Moment } from '../../moments.ts';
import type { Pass } from '../../pass.ts';
import { masked } from '../dropout.ts';

const NAME = 'residual';

export function residualBackward({ NH, widths, dropout }: Pass): Moment[] {
  const { stream, product } = widths;
  return [...cast(NAME, NH, stream, product), ...(dropout ? masked(NAME, NH, product) : [])];
}
