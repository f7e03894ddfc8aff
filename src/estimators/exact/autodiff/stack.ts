/** What the tape keeps of an embedding, its blocks and the closing norm, with what comes out. */
import { type ByComponent, plus, times } from '../byComponent.ts';
import type { Pass, Stack } from '../pass.ts';
import { blockTape } from './block.ts';
import { embeddingTape } from './embedding.ts';
import { normalizationTape } from './normalization.ts';

/** `outputIsKept`: by who takes it, as it is. */
export function stackTape(pass: Pass, stack: Stack, outputIsKept: boolean): ByComponent {
  const { model, pre, recomputed, widths, NH } = pass;
  const output = { normalization: NH * widths.stream };
  const blocks =
    recomputed === null
      ? times(model.layers, blockTape(pass, stack))
      : times(recomputed.length, pre ? { residual: NH * widths.stream } : output); // each segment's output: the next one's input, or the final norm's
  return plus(
    embeddingTape(pass),
    blocks,
    pre ? normalizationTape(pass) : times(-1, output), // post: the last norm's output is the stack's
    outputIsKept ? output : {},
  );
}
