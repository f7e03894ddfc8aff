/** Forward and backward as tfjs does them: nothing that the tape keeps is freed before backward ends. */
import { component } from '../model/component.ts';
import type { Tensor } from '../model/tensorflow.ts';
import type { Differentiate } from './differentiate.ts';
import { type Engine, engineOf, withOwnTape } from './tape.ts';

export const retaining: Differentiate = (tf, f, xs, { dy, forwardEnded = () => {}, sink } = {}) =>
  withOwnTape(tf, (own) => {
    const engine = engineOf(tf);
    const { value, gradients } = tellingEndOfForward(engine, f, forwardEnded, (told) => {
      const computed = engine.gradients(() => own(told()), xs, dy, true);
      // tfjs hands on what it was given where nothing lies between; the caller disposes the two apart.
      const owned = (gradient: Tensor): Tensor => own(gradient === dy ? tf.clone(gradient) : gradient);
      return {
        value: computed.value,
        gradients: computed.grads.map((gradient) => (gradient == null ? null : owned(gradient))),
      };
    });
    if (sink === undefined) return { value, gradients };
    return {
      value,
      gradients: component('gradients', () =>
        gradients.map((gradient, index) => {
          if (gradient === null) return null;
          sink.arriving(index);
          return sink.complete(index, gradient);
        }),
      ),
    };
  });

/**
 * Calls `forwardEnded` once, when the scope of the forward pass of `f` has ended: tfjs runs forward and backward in one call, and its scopes
 * are the only place where the border shows.
 */
function tellingEndOfForward<T extends Tensor, R>(
  engine: Engine,
  f: () => T,
  forwardEnded: () => void,
  run: (told: () => T) => R,
): R {
  const endScope = engine.endScope;
  let computed = false; // tfjs also ends the scope of a forward pass that threw
  let thrown: { readonly error: unknown } | null = null;
  engine.endScope = function endScopeAndTell(result) {
    const isForward = this.state.activeScope?.name === 'forward';
    endScope.call(this, result);
    if (!isForward || !computed) return;
    computed = false;
    try {
      forwardEnded();
    } catch (error) {
      thrown = { error }; // thrown on only below: here tfjs would answer by ending the scope a second time
    }
  };
  const told = (): T => {
    const value = f();
    computed = true;
    return value;
  };
  try {
    const result = run(told);
    if (thrown !== null) throw (thrown as { readonly error: unknown }).error;
    return result;
  } finally {
    engine.endScope = endScope;
  }
}
