/** What the tape keeps of the feed-forward network, up to its output, which is counted with the residual stream. */
import type { Pass } from '../pass.ts';
import { activationTape } from './activation.ts';
import { linearTape, operandCopy } from './linear.ts';

/** Bytes. */
export function feedForwardTape(pass: Pass): number {
  const { model, widths, NH, NF } = pass;
  const { hiddenSize: H, feedForwardSize: F } = model;
  const widening = operandCopy(pass, NH) + linearTape(pass, H * F, NF);
  const gate =
    widening + // a second map to F
    NF * widths.product + // what goes through the gate (Mul.b); the activation's output is Mul.a
    NF * widths.product; // what came through it (MatMul.a)
  return (
    widening + // up, or the gate
    activationTape(pass) +
    (model.gatedFeedForward ? gate : 0) +
    linearTape(pass, F * H, NH) // down
  );
}
