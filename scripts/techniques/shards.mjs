/** Records of the sweep `shards` → the sections of model parallelism and of pruning in docs/techniques.md. */
import { bytesOf, bytesOfLayer, cell, changesOf, grouped, labelOf, markdown, ratio } from './records.mjs';

const DIVIDED = ['model.heads', 'model.keyValueHeads', 'model.feedForwardSize'];

/** The records that are the same layer whole and divided, `whole` first. */
function shardsOf(records, whole) {
  return records.flatMap((record) => {
    if (changesOf(record, whole).some(([key]) => !DIVIDED.includes(key))) return [];
    const [own, all] = [record.configuration.model, whole.configuration.model];
    const degree = all.heads / own.heads;
    return all.feedForwardSize / own.feedForwardSize === degree ? [{ record, degree }] : [];
  });
}

/** Every layer of which all shards were measured. */
function families(records) {
  return records
    .filter(({ configuration: { model } }) => model.heads * model.headSize === model.hiddenSize)
    .map((whole) => ({ whole, shards: shardsOf(records, whole) }))
    .filter(({ shards }) => shards.length > 1);
}

/** Bytes per token that the paper neglects: mean and 1/std of two norms. */
const NORM_STATISTICS = 16;

const layerBytes = (record) => bytesOfLayer(record, 'activations', 0);
const tokensOf = ({ configuration: { batch } }) => batch.size * batch.sequenceLength;
const ofPaper = ({ configuration: { step } }) => step.savedTensors === 'minimal';

/** `formulas`: what each says of one layer of a whole configuration that is divided over so many devices; Korthikanti et al. first. */
export function modelParallelism(records, formulas) {
  const all = families(records);
  const [plain] = records;
  const stock = all.find(({ whole }) => whole === plain);
  const last = stock.shards.at(-1);
  const counted = all
    .filter(({ whole }) => ofPaper(whole))
    .flatMap(({ whole, shards }) =>
      shards.map(({ record, degree }) => {
        const measured = layerBytes(record);
        const said = formulas.map(({ layer }) => layer(whole.configuration, degree));
        const left = measured - said[0] - NORM_STATISTICS * tokensOf(record);
        return { degree, recomputed: whole.configuration.step.checkpointing, said, measured, left };
      }),
    );
  const exact = counted.every(({ left }) => left === 0);
  const paperRows = counted.map(({ degree, recomputed, said, measured, left }) => [
    `t ${degree}, recomputed ${recomputed}`,
    grouped(measured),
    ...said.map((bytes) => cell(bytes, measured)),
    grouped(left),
  ]);
  const stockRows = all
    .filter(({ whole }) => !ofPaper(whole))
    .flatMap(({ whole, shards }) =>
      shards.map(({ record, degree }) => {
        const { hiddenSize, heads, feedForwardSize } = record.configuration.model;
        return [
          `t ${degree}: hiddenSize ${hiddenSize}, heads ${heads}, feedForwardSize ${feedForwardSize}`,
          ...['weights', 'steady'].map((quantity) => cell(bytesOf(record, quantity), bytesOf(whole, quantity))),
          cell(layerBytes(record), layerBytes(whole)),
          ...['activations', 'step-peak'].map((quantity) => cell(bytesOf(record, quantity), bytesOf(whole, quantity))),
        ];
      }),
    );
  return `## Model parallelism

The article: "Distribuir el modelo entre varias GPU o TPU para manejar modelos más grandes de los que caben en un solo dispositivo". One of t tensor-parallel shards of a layer (Shoeybi et al. 2019, §3) is a layer of its own: heads and feed-forward divided by t, the stream as wide as ever (\`model.heads\`, \`model.headSize\`, \`model.feedForwardSize\`; presets \`gpt2-medium-shard-of-2\`, \`llama-3-8b-shard-of-8\`, \`gpt3-175b-shard-of-8\`). Embedding and head are whole here. What two devices send each other is not in these bytes. The records of this section are \`results/baselines/cpu/shards.jsonl\`.

- **Saved.** Of ${last.degree} shards of every layer each takes ${ratio(layerBytes(last.record), layerBytes(plain))} of a layer's tape and ${ratio(bytesOf(last.record, 'step-peak'), bytesOf(plain, 'step-peak'))} of the step's peak, not ${ratio(1, last.degree)}: in stock tfjs a layer keeps 16NH + 8N + 6 floats in every shard, and 10NH + 7NF + 3A are divided (A = B·a·S²). With a single head left 3NH/t of these share a buffer, because there transposing moves nothing.
- **What it costs.** Norms, residual stream and the outputs of both parts are on every device, as often as there are devices.
- **The published formula.** Korthikanti et al. 2022 say sbh·(10 + 24/t + 5·as/(ht)) bytes. Measured shards on their ground (minimal, mixed-float16, dropout) ${exact ? 'are that to the byte' : 'differ from that'}, but for the ${NORM_STATISTICS} bytes per token of layer-norm statistics that they neglect, which no device is spared. The deployment key \`tensorParallel\` of the other formulas divides the same terms; \`llm-analysis-train\`, off its ground here, says 3NH bytes more of every shard, and \`megatron-theoretical-memory\` counts selective recomputation only, and a twentieth more than the paper.
- **Remember.** Tensor parallelism divides what lies between the two sums of a block, never the stream: the ten of 34 that stay are all of it in the end, and only sequence parallelism divides those.

Stock tfjs:

${markdown(['shard', 'weights', 'steady', 'tape of a layer', 'activations', 'step-peak'], stockRows)}
As the paper counts: bytes of activations of a layer, by each formula with its ratio to what was measured. The last column is measured − the paper's − the ${NORM_STATISTICS} bytes per token:

${markdown(['shard', 'measured', ...formulas.map(({ id }) => `\`${id}\``), 'left'], paperRows)}`;
}

export function pruning(records) {
  const [plain] = records;
  const sharded = new Set(families(records).flatMap(({ shards }) => shards.map(({ record }) => record)));
  const isPruned = (record) =>
    changesOf(record, plain).every(([key]) => key.startsWith('model.')) &&
    record.configuration.batch.size === plain.configuration.batch.size;
  const rows = [plain, ...records.filter((record) => !sharded.has(record) && isPruned(record))];
  const quantities = ['weights', 'steady', 'activations', 'step-peak'];
  const lines = rows.map((record) => [
    labelOf(changesOf(record, plain).filter(([key]) => key !== 'model.keyValueHeads')),
    ...quantities.map((quantity) => cell(bytesOf(record, quantity), bytesOf(plain, quantity))),
  ]);
  return `## Pruning

The article: "Eliminar pesos menos importantes […] para crear modelos más pequeños y eficientes". The records are those of the section before: what structured pruning leaves of a layer is a shard of it.

- **Saved.** Without structure nothing: a weight that is zero is stored like any other. A step with half of all weights set to zero has the same level at every mark and the same peak in every phase, to the byte (\`test/training/sparseWeights.test.ts\`, on TensorFlow). With structure, whole heads or feed-forward columns removed, what the table shows; removing layers saves most.
- **What it costs.** A mask that keeps zeros at zero in training would be one more tensor of the size of each weight; none is counted here.
- **Remember.** Ask a pruned model for its shapes, not for its zeros: memory follows shapes alone.

${markdown(['what is left', ...quantities], lines)}`;
}
