/** What the tape keeps of the inside of a norm. What goes in is counted with who made it, and what comes out with who takes it. */
import type { ByComponent } from '../byComponent.ts';
import type { Pass } from '../pass.ts';
import { WIDE } from '../widths.ts';

export function normalizationTape({ model, widths, N, NH }: Pass): ByComponent {
  const { stream } = widths;
  const centred =
    N * WIDE + // mean (Sub.b)
    NH * stream; // x − mean (Square.x, Mul.a)
  const shifts = model.normalization === 'layer-norm' && model.biases;
  return {
    normalization:
      (model.normalization === 'layer-norm' ? centred : 0) + // of RMS-norm it is the input (Square.x, Mul.a)
      NH * WIDE + // its square (Mean.x)
      N * WIDE + // variance, or mean square (Add.a)
      WIDE + // ε (Add.b)
      N * WIDE + // their sum (Rsqrt.x)
      N * WIDE + // 1/√… (Mul.b)
      NH * stream + // normalised (Mul.a)
      (shifts ? NH * stream : 0), // times the gain (Add.a); without a bias that is the output
  };
}
