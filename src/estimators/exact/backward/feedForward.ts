/** Backward through the feed-forward network. */
import { made } from '../moments.ts';
import type { Pass } from '../pass.ts';
import type { Part } from './gradient.ts';
import type { Operations, Through } from './operations.ts';

const NAME = 'feed-forward';

/** `before`: what the input's gradient has already. */
export function feedForwardBackward(operations: Operations, pass: Pass, before: Part | null): Through {
  const { model, widths, NF } = pass;
  const { hiddenSize: H, feedForwardSize: F, biases: hasBias } = model;
  const { stream, product: p } = widths;
  const hidden = { width: p, before: null };
  const down = operations.linear(pass, NAME, { rows: F, columns: H, input: hidden, hasBias });
  const toHidden = (from: Part | null): Through =>
    operations.linear(pass, NAME, { rows: H, columns: F, input: { width: stream, before: from }, hasBias });
  if (!model.gatedFeedForward) {
    const up = toHidden(before);
    return { moments: [...down.moments, ...operations.activation(pass), ...up.moments], sum: up.sum };
  }
  const factor = made(NAME, NF * p);
  const up = toHidden(before);
  const gate = toHidden(up.sum);
  return {
    moments: [
      ...down.moments,
      factor, // of what opens the gate
      factor, // of what goes through
      ...up.moments,
      ...operations.activation(pass),
      ...gate.moments,
    ],
    sum: gate.sum,
  };
}
