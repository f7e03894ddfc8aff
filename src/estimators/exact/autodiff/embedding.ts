/** What the tape keeps of the embedding, up to what enters the first block. */
import type { ByComponent } from '../byComponent.ts';
import type { Pass } from '../pass.ts';
import { WIDE } from '../widths.ts';
import { dropoutNoise } from './dropout.ts';

export function embeddingTape(pass: Pass): ByComponent {
  const { NH, dropout, widths } = pass;
  const { stream } = widths;
  return {
    embedding:
      placing(pass) +
      NH * WIDE + // the sum, or the token rows themselves (Reshape.x): in 32 bits the first block's input
      (stream < WIDE ? NH * stream : 0) + // its narrow copy, which is the input then
      (dropout ? dropoutNoise(NH) + NH * stream : 0), // what stays: then that is the input
  };
}

/** What adding positions to the token rows keeps. Nothing where they are turned or left out. */
function placing({ model, S, NH, host }: Pass): number {
  const { positions, hiddenSize: H } = model;
  if (positions === 'learned')
    return (
      NH * WIDE + // gathered token rows (Add.a)
      S * H * WIDE + // gathered position rows (Add.b)
      host * S * WIDE // position ids, int32 (GatherV2.indices)
    );
  if (positions === 'sinusoidal')
    return (
      NH * WIDE + // gathered token rows (Mul.a)
      WIDE + // √H (Mul.b)
      NH * WIDE // their product (Add.a); the table is a constant
    );
  return 0;
}
