/** The checkpoint of a step: a custom gradient that saves its inputs alone, and differentiates a second run when its gradient is asked for. */
import type { Checkpoint } from '../model/checkpoint.ts';
import { currentPlace, enterPlace } from '../model/component.ts';
import type { Tensor, Tf } from '../model/tensorflow.ts';
import type { Differentiate } from './differentiate.ts';

/** `differentiate` is the step's own: a recomputed part is freed, or not, as everything else. */
export function createCheckpoint(tf: Tf, differentiate: Differentiate): Checkpoint {
  return (run, inputs, variables) => {
    // An operation never returns its own input: the two would share a gradient, and the one would be disposed with the other.
    const compute = (given: readonly Tensor[]): Tensor => {
      const value: Tensor = run(...given);
      return given.includes(value) ? tf.clone(value) : value;
    };
    const read = [...new Set(variables)]; // a variable that is named twice must not be counted twice
    const operation = tf.customGrad((...all) => {
      const save = all.pop() as unknown as (tensors: Tensor[]) => void;
      const given = (all as Tensor[]).slice(0, inputs.length);
      save(given);
      return {
        value: compute(given),
        gradFunc: (dy: Tensor, saved: Tensor[]) => gradientsOf(compute, saved, dy),
      };
    });
    const gradientsOf = (f: typeof compute, saved: readonly Tensor[], dy: Tensor): Tensor[] => {
      // Ids and the like have no gradient: tfjs asks for none, but wants a tensor for each input.
      const differentiable = saved.filter(({ dtype }) => dtype === 'float32');
      const xs = [...differentiable, ...read];
      const { value, gradients } = thenBack(() => differentiate(tf, () => f(saved), xs, { dy }));
      value.dispose();
      const found = new Map(xs.map((x, index) => [x, gradients[index] ?? null]));
      return [...saved, ...read].map((x) => {
        const gradient = found.get(x);
        return gradient === undefined ? x : (gradient ?? tf.zerosLike(x));
      });
    };
    return operation(...inputs, ...read) as ReturnType<typeof run>;
  };
}

/** Differentiating goes to the places of what it differentiates, and stays in the last. */
function thenBack<T>(run: () => T): T {
  const place = currentPlace();
  try {
    return run();
  } finally {
    enterPlace(place);
  }
}
