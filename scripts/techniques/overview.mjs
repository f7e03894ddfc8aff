/** The article's list of techniques, each with what was measured of it, in one table. */
import { inferenceRow } from './inference.mjs';
import { bytesOf, changesOf, labelOf, ratio } from './records.mjs';

/** The ratio of a quantity to that of the plain layer, the first record. */
function ratiosIn(records) {
  const [plain] = records;
  return (label, quantity) => {
    const record = records.find((one) => labelOf(withoutFollowing(changesOf(one, plain))) === label);
    if (record === undefined) throw new Error(`no record ${label}`);
    return ratio(bytesOf(record, quantity), bytesOf(plain, quantity));
  };
}

/** Sizes that follow from others say nothing new. */
const FOLLOWING = /^(model\.keyValueHeads|step\.teacher[A-Z].*)$/;
const withoutFollowing = (changes) => changes.filter(([key]) => !FOLLOWING.test(key));

export function overview(techniques, distilled, shards, inferred) {
  const [step, teacher, shard] = [techniques, distilled, shards].map(ratiosIn);
  const [whole, quantised] = ['plain', 'precision int8-weights'].map((label) => inferenceRow(inferred, label));
  const quantisedTo = (quantity) => ratio(bytesOf(quantised, quantity), bytesOf(whole, quantity));
  const rows = [
    [
      '[Mixed precision](#precision)',
      `${step('precision mixed-float16', 'activations')} of the activations, ${step('precision mixed-float16', 'step-peak')} of the peak`,
      'a weight, its gradient and what Adam keeps of it still have 32 bits',
      'Half the bits of activations are not half the memory.',
    ],
    [
      '[Model parallelism](#model-parallelism)',
      `of 8 shards each ${shard('heads 1, feedForwardSize 64', 'activations')} of the activations, ${shard('heads 1, feedForwardSize 64', 'step-peak')} of the peak, not 0.125`,
      'the stream and its norms are on every device, and so are embedding and head',
      'Tensor parallelism divides what lies between the two sums of a block, never the stream.',
    ],
    [
      '[Gradient checkpointing](#recomputation)',
      `\`block\`: ${step('checkpointing block', 'activations')} of the activations, ${step('checkpointing block', 'step-peak')} of the peak`,
      'forward runs twice; in backward the whole tape of a block is there again',
      'The peak falls to that of one block, not to the activations that are left.',
    ],
    [
      '[Pruning](#pruning)',
      `half of all weights zero: nothing; half of all heads removed: ${shard('heads 4', 'weights')} of the weights, ${shard('heads 4', 'step-peak')} of the peak`,
      'a mask that keeps zeros at zero is a tensor as large as its weight (not counted here)',
      'Ask a pruned model for its shapes, not for its zeros.',
    ],
    [
      '[Quantisation](#inference-and-quantisation)',
      `8 bits in the blocks of a small model: ${quantisedTo('weights')} of the weights, ${quantisedTo('inference-peak')} of the peak of inference`,
      'two copies in 32 bits of the matrix that is used, and a scale for each column',
      'Quantised weights are small while nobody uses them.',
    ],
    [
      '[Distillation](#distillation)',
      `a teacher outside ${teacher('teacher outside', 'step-peak')}, inside ${teacher('teacher inside', 'step-peak')} of the student's own peak`,
      "the teacher's weights all through the step; inside, its whole tape",
      "Compute the teacher's labels before the function that you differentiate.",
    ],
  ];
  const lines = [
    ['technique', 'measured', 'what it costs elsewhere', 'remember'],
    ['---', '---', '---', '---'],
    ...rows,
  ];
  return `## The article's techniques

"Técnicas de eficiencia" of the article names five, pruning and quantisation as one, and gives no number for any. Ratios are to the same step without the technique.

${lines.map((line) => `| ${line.join(' | ')} |`).join('\n')}
`;
}
