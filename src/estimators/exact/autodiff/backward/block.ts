/** Backward through one block. */
import type { Moment } from '../../moments.ts';
import type { Stack } from '../block.ts';
import type { Pass } from '../pass.ts';
import { crossAttentionBackward, selfAttentionBackward } from './attention.ts';
import { feedForwardBackward } from './feedForward.ts';
import type { Part } from './gradient.ts';
import { normalizationBackward } from './normalization.ts';
import { residualBackward } from './residual.ts';

interface Through {
  readonly moments: readonly Moment[];
  /** The gradient of what went in. */
  readonly sum: Part;
}

/** `memory`: what the gradient of the encoder's output has already, and then has. */
export function blockBackward(
  pass: Pass,
  { masked, cross }: Stack,
  memory: Part | null,
): Through & { readonly memory: Part | null } {
  const looked = (before: Part | null) => crossAttentionBackward(pass, before, memory);
  const first = part(pass, (before) => selfAttentionBackward(pass, masked, before));
  const moments = [
    ...part(pass, (before) => feedForwardBackward(pass, before)).moments,
    ...(cross ? part(pass, looked).moments : []),
    ...first.moments,
  ];
  return { moments, sum: first.sum, memory: cross ? looked(null).memory : null };
}

/** One part with its norm and its sum. `own` is given what the gradient of its input has already. */
function part(pass: Pass, own: (before: Part | null) => Through): Through {
  const stream: Part = { component: 'residual', width: pass.widths.stream, isView: true }; // past the part
  if (pass.pre) {
    const norm = normalizationBackward(pass, stream);
    return { moments: [...residualBackward(pass), ...own(null).moments, ...norm.moments], sum: norm.sum };
  }
  const inner = own(stream);
  const norm = normalizationBackward(pass, null);
  return { moments: [...norm.moments, ...residualBackward(pass), ...inner.moments], sum: inner.sum };
}
