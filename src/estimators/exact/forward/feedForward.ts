/** Forward through the feed-forward network. */
import { type Moment, made } from '../moments.ts';
import type { Pass } from '../pass.ts';
import type { ForwardOperations } from './operations.ts';

const NAME = 'feed-forward';

export function feedForwardForward(operations: ForwardOperations, pass: Pass): readonly Moment[] {
  const { model, widths, NF } = pass;
  const { hiddenSize: H, feedForwardSize: F, biases: hasBias } = model;
  const toHidden = operations.linear(pass, NAME, { rows: H, columns: F, fromStream: true, hasBias });
  const gated = model.gatedFeedForward ? [...toHidden, made(NAME, NF * widths.product)] : [];
  return [
    ...toHidden, // up, or the gate
    ...operations.activation(pass),
    ...gated, // up, and what comes through the gate
    ...operations.linear(pass, NAME, { rows: F, columns: H, fromStream: false, hasBias }),
  ];
}
