/** Records of the sweeps `techniques`, `distillation`, `shards` and `inference` → the page docs/techniques.md. Pure: the same records give the same page. */
import { distillation } from './distillation.mjs';
import { inference } from './inference.mjs';
import { overview } from './overview.mjs';
import { bytesOf, cell, changesOf, labelOf, markdown, recordsOf } from './records.mjs';
import { modelParallelism, pruning } from './shards.mjs';

/** In every table of `techniques`; a section may have more. */
const QUANTITIES = ['activations', 'backward-peak', 'step-peak'];

const HEAD = `# What each technique costs

Every technique is one configuration key. This page is made from real runs by \`npm run techniques\`; its records are \`results/baselines/cpu/techniques.jsonl\` where a section names no others. Bytes of TensorFlow's allocator (\`requested\`) in the third step, and in brackets the ratio to the plain layer: stock tfjs, float32, Adam.
`;

/** In the page's order; a record belongs to the first section that takes it. Each says which changed keys it speaks of. */
const SECTIONS = [
  {
    title: 'As published formulas assume it',
    takes: (keys) => keys.length > 3 && keys.some((key) => key.startsWith('model.')),
    text: `Korthikanti et al. 2022 count 16-bit activations of fused kernels with dropout, without recomputation, with selective, and with full recomputation: the three rows after the plain layer. Their 34·sbh + 5·as²b bytes per layer are met to the byte, but for 16 bytes per token of layer-norm statistics. The last row is what Rees 2023 counts: PyTorch's autocast without dropout and biases, gradients kept.`,
  },
  {
    title: 'What is kept for backward, and when it is freed',
    takes: only('step.savedTensors', 'step.backward'),
    text: `\`savedTensors: minimal\` gives every operation a gradient of its own that keeps just what PyTorch's kernels keep; \`backward: freeing\` frees each of these tensors as soon as it has been used. Gradients are the same bit for bit under both kinds of backward, and within rounding under both forms. Stock tfjs does neither: its tape is several times as large as any published formula says, and nothing of it is freed before backward ends.`,
  },
  {
    title: 'Precision',
    takes: (keys) => keys.includes('step.precision'),
    text: `Real 16-bit buffers, with 32-bit weights and optimizer. \`autocast\` is PyTorch's policy: matrix products in 16 bits, norms, softmax and the residual stream in 32, and a 16-bit copy of each weight kept for backward. \`mixed\` keeps every activation in 16 bits. Half the bits are not half the memory: weights, gradients and Adam stay.`,
  },
  {
    title: 'Recomputation',
    takes: (keys) => keys.includes('step.checkpointing'),
    text: `\`block\` keeps only what enters a block and runs it again in backward, \`sqrt\` does so for √L blocks at a time, \`selective\` only for softmax(QKᵀ)·V. In tfjs a segment of several blocks is worse than each block alone unless there are very many: while a segment is recomputed its whole tape is there.`,
  },
  {
    title: 'Optimizers',
    takes: only('step.optimizer'),
    more: ['steady', 'optimizer-peak'],
    text: `Stock Adam, AdamW and Adamax free their temporaries only when all variables are done, eleven (seven) times the parameters; the others work variable by variable. \`adam-per-variable\` is the same update as Adam with every temporary freed at once.`,
  },
  {
    title: 'Gradients and micro-batches',
    takes: (keys) => keys.includes('step.gradients') || keys.includes('step.microBatches'),
    more: ['steady'],
    text: `\`gradients: kept\` is PyTorch's \`zero_grad(set_to_none=False)\`: gradients are there in forward, too. \`microBatches\` divides the batch: activations fall with it, and from the second micro-batch on the sum so far is there beside the new gradients until it is added.`,
  },
  {
    title: 'Dropout',
    takes: (keys) => keys.includes('model.dropout'),
    text: `tfjs keeps four tensors for each dropout, among them the random numbers; the minimal form a mask of one byte per element and, in attention, what stays of the probabilities.`,
  },
];

/** Takes records that differ from the plain one in these keys alone. */
function only(...names) {
  return (keys) => keys.every((key) => names.includes(key));
}

/**
 * `stores`: the records of each sweep, as a store has them. `formulas`: what each says of one layer of a configuration that is divided over so
 * many devices (formulas.mjs).
 */
export function page(stores, formulas) {
  const records = recordsOf(stores.techniques);
  const distilled = recordsOf(stores.distillation);
  const shards = recordsOf(stores.shards);
  const inferred = recordsOf(stores.inference);
  const [plain] = records;
  const rest = records.slice(1).map((record) => ({ record, changes: changesOf(record, plain) }));
  const parts = SECTIONS.map(({ title, text, more = [] }, index) => {
    const rows = rest.filter(
      ({ changes }) => SECTIONS.findIndex(({ takes }) => takes(changes.map(([key]) => key))) === index,
    );
    return { title, section: `## ${title}\n\n${text}\n\n${table(rows, plain, [...more, ...QUANTITIES])}` };
  });
  const ordered = [...parts.slice(1), parts[0]].map(({ section }) => section);
  const others = [
    modelParallelism(shards, formulas),
    pruning(shards),
    distillation(distilled, records),
    inference(inferred),
  ];
  return [HEAD, layerOf(plain), overview(records, distilled, shards, inferred), ...ordered, ...others].join('\n');
}

function layerOf({ configuration: { model, batch }, environment }) {
  const sizes = [
    `${model.layers} pre-norm decoder blocks`,
    `hiddenSize ${model.hiddenSize}`,
    `heads ${model.heads}`,
    `feedForwardSize ${model.feedForwardSize}`,
    `vocabularySize ${model.vocabularySize}`,
    `batch ${batch.size} × ${batch.sequenceLength}`,
  ];
  return `The layer: ${sizes.join(', ')}. Measured on TensorFlow ${environment.tensorflow} (${environment.device.kind}); bytes follow from shapes, not from the machine.\n`;
}

function table(rows, plain, quantities) {
  const lines = [{ record: plain, changes: [] }, ...rows].map(({ record, changes }) => [
    labelOf(changes),
    ...quantities.map((quantity) => cell(bytesOf(record, quantity), bytesOf(plain, quantity))),
  ]);
  return markdown(['configuration', ...quantities], lines);
}
