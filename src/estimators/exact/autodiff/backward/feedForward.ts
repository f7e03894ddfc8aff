/** Backward through the feed-forward network. */

import { elementwise } from '../../kernels.ts';
import type { Moment } from '../../moments.ts';
import type { Pass } from '../pass.ts';
import { activationBackward } from './activation.ts';
import type { Part } from './gradient.ts';
import { linearBackward } from './linear.ts';

const NAME = 'feed-forward';

/** `before`: what the input's gradient has already. */
export function feedForwardBackward(pass: Pass, before: Part | null): { moments: Moment[]; sum: Part } {
  const { model, widths, NF } = pass;
  const { hiddenSize: H, feedForwardSize: F, biases: hasBias } = model;
  const { stream, product: p } = widths;
  const hidden = { width: p, before: null };
  const down = linearBackward(pass, NAME, { rows: F, columns: H, input: hidden, hasBias });
  const toHidden = (from: Part | null) =>
    linearBackward(pass, NAME, { rows: H, columns: F, input: { width: stream, before: from }, hasBias });
  if (!model.gatedFeedForward) {
    const up = toHidden(before);
    return { moments: [...down.moments, ...activationBackward(pass), ...up.moments], sum: up.sum };
  }
  const factor = elementwise(NAME, [NF, p], [NF, p]);
  const up = toHidden(before);
  const gate = toHidden(up.sum);
  return {
    moments: [
      ...down.moments,
      factor, // of what opens the gate
      factor, // of what goes through
      ...up.moments,
      ...activationBackward(pass),
      ...gate.moments,
    ],
    sum: gate.sum,
  };
}
