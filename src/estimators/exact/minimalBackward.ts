/**
 * What a retaining backward has added to the tape when it is fullest, where every operation brings its own gradient (`step.savedTensors:
 * minimal`). Such a gradient frees what it makes on the way, so that of each operation its results stay, and of two gradients of one tensor
 * the second and the sum. Float32, without dropout and recomputation, of the models that `AUTODIFF_GROUND` names.
 */
import type { RunConfig } from '../../config/schema.ts';
import { type Prediction, together } from '../estimator.ts';
import { larger } from './larger.ts';
import { blockVariables, microBatchWeight } from './tfjsBackward.ts';
import { floats, type Symbols, symbols } from './tfjsSymbols.ts';

/** The live bytes of tape and backward together, over the level before forward, at the fullest of the places, in their order. */
export function minimalRetainingPeak(config: RunConfig, tape: Prediction): Prediction {
  const all = symbols(config);
  const weight = floats(microBatchWeight(config));
  const done = together(together(tape, weight), together(outsideBlocks(all), throughBlocks(all, all.L - 1)));
  const throughFirst = together(together(tape, weight), together(outsideBlocks(all), throughBlocks(all, all.L)));
  return [
    together(together(tape, weight), atLoss(all, config.step.microBatches > 1)),
    together(done, atFirstGelu(all)),
    together(done, atFirstAttention(all)),
    together(throughFirst, atFirstNorm(all)),
    together(throughFirst, atPositions(all, config)),
    together(throughFirst, atTiedSum(all)),
  ].reduce(larger);
}

/** The live bytes of forward, over the level before it, at the loss; with a large vocabulary more than backward has. */
export function minimalForwardAtLoss(config: RunConfig, tape: Prediction): Prediction {
  const { N, NV } = symbols(config);
  return together(tape, floats({ head: NV, loss: 3 * NV + 2 * N + 1 }));
}

/** Of the loss, the head and the final norm: what stays. */
const outsideBlocks = ({ H, NH, NV, VH }: Symbols): Prediction =>
  floats({
    loss: NV + 1, // of the logits; the ones that it begins with
    head: NH, // of its input
    normalization: NH, // of the final norm's input
    gradients: VH + 2 * H, // of the head, and of the final norm
  });

/** Of `count` blocks: what stays. */
const throughBlocks = (symbols: Symbols, count: number): Prediction =>
  floats({
    normalization: count * 4 * symbols.NH, // of both norms' inputs, and both sums with the gradient of the stream
    attention: count * attentionGradients(symbols),
    'feed-forward': count * (2 * symbols.NF + symbols.NH), // of GELU's output and input, and of the norm's output
    gradients: count * blockVariables(symbols),
  });

const attentionGradients = ({ NH, Na, transposes }: Symbols): number =>
  Na + // of the context
  transposes * Na + // transposed to heads
  3 * Na + // of queries, keys and values
  transposes * 3 * Na + // transposed back
  3 * Na + // concatenated
  NH; // of the norm's output

/** The gradient of the logits is on its way: probabilities, the targets as int32 and float32, and their difference. The ones are not there yet. */
const atLoss = ({ NV }: Symbols, isWeighted: boolean): Prediction => floats({ loss: 4 * NV + (isWeighted ? 1 : 0) });

/** In the block that comes last, the first. GELU's gradient holds three tensors like its own at a time, and a number. */
const atFirstGelu = ({ H, F, NF }: Symbols): Prediction =>
  floats({ 'feed-forward': NF + 3 * NF + 1, gradients: H * F + H });

/** Of the scaled dot product: gradients of the probabilities, their products with the probabilities, and the sums of these over each row. */
const atFirstAttention = ({ S, H, a, F, NH, Na, NF, A, transposes }: Symbols): Prediction =>
  floats({
    'feed-forward': 2 * NF + NH,
    normalization: 2 * NH,
    attention: (1 + transposes) * Na + 3 * A + A / S,
    gradients: 2 * H * F + F + H + 2 * H + a * H + H,
  });

/** Of the first norm, before its temporaries go and the sum with the gradient of the stream is there: nine tensors like its own, two of a number a token. */
const atFirstNorm = ({ N, NH, host }: Symbols): Prediction =>
  floats({ normalization: 7 * NH + 2 * N, gradients: host });

/** The gradient of the gathered position rows, and of a longer table, which is that with zeros below. */
function atPositions({ SH, MH, VH, host }: Symbols, { model, batch }: RunConfig): Prediction {
  if (model.maxPositions === batch.sequenceLength) return floats({ gradients: VH + SH + host }); // the axis of its sum
  const paddings = 4 * host + 1; // [2, 2], and the value
  return floats({ gradients: VH + SH + paddings + MH, scratch: PADDING_NOTES * host });
}

/** A CPU's kernel notes two int32 for each of two dimensions (src/shapes/scratch.ts, collapsedPaddings). */
const PADDING_NOTES = 4;

/** The sum of both gradients of a tied embedding, the last of all. */
const atTiedSum = ({ MH, VH, tied }: Symbols): Prediction => floats({ gradients: tied ? 2 * VH + MH : 0 });
