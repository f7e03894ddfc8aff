/**
 * After the backward of a micro-batch its gradients are added to those before, one variable after another: both summands and the sum of one
 * are there at once.
 */
import type { RunConfig } from '../../config/schema.ts';
import type { Prediction } from '../estimator.ts';
import { floats } from './floats.ts';
import { passOf } from './pass.ts';

/** Over the gradients that are held already, in a retaining backward. `sizes`: of the variables. */
export function accumulation(config: RunConfig, sizes: readonly number[]): Prediction {
  const P = sizes.reduce((sum, size) => sum + size, 0);
  let done = 0;
  let most = 0;
  for (const size of sizes) {
    most = Math.max(most, P - done + size);
    done += size;
  }
  // Labels that a teacher made outside are there until all gradients are.
  return floats({ gradients: most, loss: 1 + (config.step.teacher === 'outside' ? passOf(config).NV : 0) });
}
