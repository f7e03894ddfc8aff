/** Forward and backward as tfjs does them: nothing that the tape keeps is freed before backward ends. */
import type { Scalar, Tensor, Tf } from '../model/tensorflow.ts';

export interface Gradients {
  readonly loss: Scalar;
  readonly byVariable: Record<string, Tensor>;
}

/** The engine's scopes, as far as the end of forward can be seen through them. */
interface Scopes {
  state: { activeScope: { name: string } };
  endScope(result?: unknown): void;
}

/**
 * Gradients of `loss` for every variable. `forwardEnded` is called once, when the scope of the forward pass has ended:
 * tfjs runs forward and backward in one call, and its scopes are the only place where the border shows.
 */
export function retainingGradients(tf: Tf, loss: () => Scalar, forwardEnded: () => void): Gradients {
  const engine = tf.engine() as unknown as Scopes;
  const endScope = engine.endScope;
  let computed = false; // tfjs also ends the scope of a forward pass that threw
  let thrown: { readonly error: unknown } | null = null;
  engine.endScope = function endScopeAndTell(this: Scopes, result?: unknown) {
    const isForward = this.state.activeScope.name === 'forward';
    endScope.call(this, result);
    if (!isForward || !computed) return;
    computed = false;
    try {
      forwardEnded();
    } catch (error) {
      thrown = { error }; // thrown on only below: here tfjs would answer by ending the scope a second time
    }
  };
  const computeLoss = (): Scalar => {
    const value = loss();
    computed = true;
    return value;
  };
  try {
    const { value, grads } = tf.variableGrads(computeLoss);
    if (thrown !== null) throw (thrown as { readonly error: unknown }).error;
    return { loss: value, byVariable: grads };
  } finally {
    engine.endScope = endScope;
  }
}
