/** What the tape keeps of an activation, its input u and its output included. */
import type { RunConfig } from '../../../config/schema.ts';
import type { Pass } from '../pass.ts';
import { WIDE } from '../widths.ts';

type Activation = RunConfig['model']['activation'];

/** Bytes. The output is what the next product, or the gate, takes. */
export const activationTape = (pass: Pass): number => TAPES[pass.model.activation](pass);

const TAPES: Readonly<Record<Activation, (pass: Pass) => number>> = {
  gelu: ({ NF, widths: { product } }) =>
    NF * product + // u (Mul.a twice)
    WIDE + // ½ (Mul.b)
    NF * product + // u/2 (Mul.a)
    WIDE + // 1/√2 (Mul.b)
    NF * product + // u/√2 (Erf.x)
    NF * product + // erf (Add.a)
    WIDE + // 1 (Add.b)
    NF * product + // 1 + erf (Mul.b)
    NF * product, // GELU
  'gelu-tanh': ({ NF, widths: { product } }) =>
    NF * product + // u (Square.x, Mul.b, Add.a, Mul.a)
    NF * WIDE + // its square (Mul.a)
    NF * product + // u³ (Mul.a)
    WIDE + // 0.044715 (Mul.b)
    NF * product + // their product (Add.b)
    NF * product + // u + … (Mul.a)
    WIDE + // √(2/π) (Mul.b)
    NF * product + // tanh (Tanh.y, Add.a); what it is of is not kept
    WIDE + // 1 (Add.b)
    NF * product + // 1 + tanh (Mul.b)
    WIDE + // ½ (Mul.b)
    NF * product + // u/2 (Mul.a)
    NF * product, // GELU
  relu: ({ NF, widths: { product } }) =>
    NF * product + // u (Relu.x)
    NF * product, // ReLU
  silu: ({ NF, widths: { product } }) =>
    NF * product + // u (Sigmoid.x is not kept; Mul.a)
    NF * product + // sigmoid (Sigmoid.y, Mul.b)
    NF * product, // SiLU
};
