/** What the tape keeps of a linear map beside what comes out, which is counted with who takes it. */
import type { Pass } from '../pass.ts';

/** The input's narrow copy, where a product makes one of its own: the input itself is not kept by it then. */
export const operandCopy = ({ widths }: Pass, elements: number): number =>
  widths.copiesOperands ? elements * widths.product : 0;

/** Bytes, for a matrix of `rows` × `columns` and `outputs` = N · columns. */
export const linearTape = ({ model, widths }: Pass, matrix: number, outputs: number): number =>
  matrix * widths.weightCopy + // of the weight (MatMul.b)
  (model.biases ? outputs * widths.product : 0); // the product before its bias (Add.a)
