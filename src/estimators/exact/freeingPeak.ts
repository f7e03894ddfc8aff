/**
 * The peak of a backward that frees as it goes (src/training/freeing.ts). It only gives memory back but for the gradients of variables and
 * what the operation at work makes; so where the vocabulary is large it is fullest at its very beginning, in the gradient of the loss.
 */
import type { RunConfig } from '../../config/schema.ts';
import { FLOAT32_BYTES } from '../../units/bytes.ts';
import { itemised, type Prediction, together } from '../estimator.ts';
import { blocksTape, tape, tapeLeadingNowhere } from './autodiff/tape.ts';
import { blockGradients, blockVariables } from './blockGradients.ts';
import { larger } from './larger.ts';
import { exactParameterCount } from './parameterCount.ts';
import { segments } from './segments.ts';
import { teacherTape } from './teacherMemory.ts';
import { floats, symbols } from './tfjsSymbols.ts';

/** The live bytes of tape and backward together, over the level before forward, where `lossDominates`. Of every precision: the loss has 32 bits. */
export function freeingPeak(config: RunConfig, activations: Prediction): Prediction {
  const { N, NV } = symbols(config);
  const freed = together(tapeLeadingNowhere(config), teacherTape(config));
  const without = freed.kind === 'bytes' ? Object.entries(freed.components).map(([name, count]) => [name, -count]) : [];
  const atLoss = floats({
    loss:
      6 * NV + // softmaxCrossEntropy computes the gradients of labels and of logits at once, three buffers each
      N - // of the tokens' losses
      N - // which are freed themselves
      1 - // with their sum
      1, // and their number
  });
  // It begins with all of the tape, before anything is freed.
  return larger(together(together(activations, itemised(Object.fromEntries(without))), atLoss), activations);
}

/**
 * A sufficient condition, in floats over the tape: the loss, 6NV − 2, is not below a bound of everything after it. When the loss is done
 * NV + N are less than the tape and stay so: of its 2NV + N the gradient of the logits has taken NV.
 */
export function lossDominates(config: RunConfig): boolean {
  const all = symbols(config);
  const { L, H, a, F, NH, Na, NF, NV, A, VH, SH } = all;
  const run = segments(config)?.[0] ?? 1; // blocks that are in work together
  const recomputed = segments(config) !== null || config.step.checkpointing === 'selective';
  const blockTape = floatsOf(blocksTape(config, 1));
  const variables = blockVariables(all);

  // One operation at a time: what its gradient makes on the way, the casts of its operands, a sum of gradients with its summands.
  const operation = 8 * Math.max(NH, Na, NF, A, H * F, 3 * H * a);
  // The head makes two gradients: of its input, and of its weight, with a copy of another width and the sum over micro-batches.
  const atHead = 8 * NH + 4 * VH - NV;
  // Nothing of the blocks in work is taken to be freed; dropout adds a gradient wherever it is.
  const inWork = run * (blockGradients(all) + variables + (config.model.dropout > 0 ? 2 * NH + A : 0));
  const again = recomputed
    ? run * floatsOf(blocksTape({ ...config, step: { ...config.step, checkpointing: 'none' } }, 1))
    : 0;
  // Blocks that are done have left the gradients of their variables and taken their tape.
  const done = (L - run) * Math.max(0, variables - (recomputed ? 0 : blockTape));
  const outside = 2 * H + VH + 8 * NH; // the final norm and the head
  const inBlocks = outside + inWork + again + done + operation - NV;

  // At last all gradients are there, and of the tape nothing is left; the embedding makes its own as the head does.
  const kept = tape(config);
  const whole = kept.kind === 'bytes' ? kept.total / FLOAT32_BYTES : 0;
  const atEnd = exactParameterCount(config) + 4 * VH + SH + 8 * NH - whole;
  const labels = config.step.teacher === 'outside' ? NV : 0; // the step holds them to the end
  return 6 * NV - 2 >= Math.max(atHead, inBlocks, atEnd) + labels;
}

const floatsOf = (parts: Readonly<Record<string, number>>): number =>
  Object.values(parts).reduce((sum, count) => sum + count, 0) / FLOAT32_BYTES;
