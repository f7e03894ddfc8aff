/** Inference: what a cache, 16-bit and 8-bit weights save of one small decoder. */
import { bytesOf, cell, changesOf, labelOf, markdown } from './records.mjs';

/** In the table's order; the first record of the sweep is the plain one: generation with a joined cache, in 32 bits. */
const ROWS = [
  'plain',
  'keyValueCache preallocated',
  'promptLength null, keyValueCache none',
  'keyValueHeads 2',
  'precision float16',
  'precision int8-weights',
];
const QUANTITIES = ['weights', 'kv-cache', 'prefill-peak', 'decode-peak'];

export function inferenceRow(records, label) {
  const [plain] = records;
  const found = records.find((record) => labelOf(changesOf(record, plain)) === label);
  if (found === undefined) throw new Error(`no record ${label}`);
  return found;
}

export function inference(records) {
  const [plain] = records;
  const { model, batch } = plain.configuration;
  const lines = ROWS.map((label) => {
    const record = inferenceRow(records, label);
    const has = (quantity) => record.readings.some((reading) => reading.quantity === quantity);
    return [
      label === 'plain' ? 'plain: `concat`, float32' : label,
      ...QUANTITIES.map((quantity) => (has(quantity) ? cell(bytesOf(record, quantity), bytesOf(plain, quantity)) : '')),
    ];
  });
  return `## Inference and quantisation

Of ${model.layers} decoder blocks, hiddenSize ${model.hiddenSize}, heads ${model.heads}, vocabularySize ${model.vocabularySize}, batch ${batch.size} × ${batch.sequenceLength}, half of it prompt (\`results/baselines/cpu/inference.jsonl\`; [inference.md](inference.md)). 16 bits halve weights and cache, and the peak less: a CPU computes a product of 16-bit matrices in float32. \`int8-weights\` keeps the blocks' matrices in 8 bits and makes two copies in 32 bits of the one that is used: three of four of their bytes are saved at rest, and the peak only where the model has more than about three matrices. A cache costs itself and one layer's entry again with every token; a preallocated one costs its whole length from the prompt on, and saves no copy.

${markdown(['configuration', ...QUANTITIES], lines)}`;
}
