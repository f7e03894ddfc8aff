/** What the tape keeps of adding a part's output [N, H] to the residual stream. The stream before is counted with who made it. */
import type { Component } from '../../../records/quantity.ts';
import { type ByComponent, plus } from '../byComponent.ts';
import type { Pass } from '../pass.ts';
import { dropoutNoise } from './dropout.ts';

export function residualTape({ NH, widths, dropout }: Pass, part: Component): ByComponent {
  const { stream, product } = widths;
  const sum = NH * stream; // the norm's input (Sub.a; of RMS-norm Square.x)
  if (dropout) {
    const output = NH * product; // Mul.a
    const dropped = NH * stream; // what stays (Add.b)
    return { [part]: output, residual: dropoutNoise(NH) + dropped + sum };
  }
  const output = NH * stream; // Add.b
  return plus({ [stream === product ? part : 'residual']: output }, { residual: sum }); // where it is widened first, the residual did it
}
