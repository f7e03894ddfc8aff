/** Backward through the feed-forward network. */
import type { Pass } from '../pass.ts';
import type { Gradient } from './gradient.ts';
import type { Input, Operations } from './operations.ts';
import type { Walk } from './walk.ts';

const NAME = 'feed-forward';

export function feedForwardBackward(
  operations: Operations,
  walk: Walk,
  pass: Pass,
  dy: Gradient,
  input: Input,
): Gradient {
  const { model, widths, NF } = pass;
  const { hiddenSize: H, feedForwardSize: F, biases: hasBias, gatedFeedForward: gated } = model;
  const { stream: width, product: p } = widths;
  const keeps = !gated && operations.activationKeepsOutput(pass);
  const hidden = { width: p, before: null, gone: keeps ? {} : { [NAME]: NF * p } };
  const map = { rows: H, columns: F, hasBias };
  const down = operations.linear(walk, pass, NAME, dy, { rows: F, columns: H, input: hidden, hasBias }).input;
  if (!gated) {
    const ofHidden = operations.activation(walk, pass, down);
    return operations.linear(walk, pass, NAME, ofHidden, { ...map, input: { width, ...input } }).input;
  }
  const { opening, through } = operations.gate(walk, pass, down);
  const shared = { width, before: input.before, gone: {} }; // the map to the gate takes it, too
  const up = operations.linear(walk, pass, NAME, through, { ...map, input: shared }).input;
  const ofGate = operations.activation(walk, pass, opening);
  return operations.linear(walk, pass, NAME, ofGate, { ...map, input: { width, before: up, gone: input.gone } }).input;
}
