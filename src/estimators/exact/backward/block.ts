/** Backward through one block. */
import type { Pass, Stack } from '../pass.ts';
import { crossAttentionBackward, selfAttentionBackward } from './attention.ts';
import { feedForwardBackward } from './feedForward.ts';
import type { Part } from './gradient.ts';
import type { Operations, Through } from './operations.ts';

/** `memory`: what the gradient of the encoder's output has already, and then has. */
export function blockBackward(
  operations: Operations,
  pass: Pass,
  { masked, cross }: Stack,
  memory: Part | null,
): Through & { readonly memory: Part | null } {
  const looked = (before: Part | null) => crossAttentionBackward(operations, pass, before, memory);
  const first = part(operations, pass, (before) => selfAttentionBackward(operations, pass, masked, before));
  const moments = [
    ...part(operations, pass, (before) => feedForwardBackward(operations, pass, before)).moments,
    ...(cross ? part(operations, pass, looked).moments : []),
    ...first.moments,
  ];
  return { moments, sum: first.sum, memory: cross ? looked(null).memory : null };
}

/** One part with its norm and its sum. `own` is given what the gradient of its input has already. */
function part(operations: Operations, pass: Pass, own: (before: Part | null) => Through): Through {
  const stream: Part = { component: 'residual', width: pass.widths.stream, isView: true }; // past the part
  if (pass.pre) {
    const norm = operations.normalization(pass, stream);
    return { moments: [...operations.residual(pass), ...own(null).moments, ...norm.moments], sum: norm.sum };
  }
  const inner = own(stream);
  const norm = operations.normalization(pass, null);
  return { moments: [...norm.moments, ...operations.residual(pass), ...inner.moments], sum: inner.sum };
}
