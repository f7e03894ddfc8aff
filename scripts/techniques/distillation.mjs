/** Records of the sweep `distillation` → their section of docs/techniques.md. */
import { bytesOf, cell, changesOf, grouped, labelOf, markdown, ratio } from './records.mjs';

const TEACHER = /^step\.teacher/;
const isOf = (kind) => (record) => record.configuration.step.teacher === kind;

/** All but what concerns the teacher. */
const keyOf = (record, plain) => JSON.stringify(changesOf(record, plain).filter(([key]) => !TEACHER.test(key)));
const sizesOf = ({ configuration: { step } }) => `${step.teacherLayers} layers of width ${step.teacherHiddenSize}`;

/** A row for each step and size of teacher that was measured without one too. `plainRecords`: where a step without a teacher is looked for. */
function rowsOf(records, plainRecords, plain) {
  return records.filter(isOf('outside')).flatMap((outside) => {
    const alike = (record) => keyOf(record, plain) === keyOf(outside, plain);
    const without = plainRecords.find(
      (record) => !(isOf('outside')(record) || isOf('inside')(record)) && alike(record),
    );
    const inside = records.find(
      (record) => isOf('inside')(record) && alike(record) && sizesOf(record) === sizesOf(outside),
    );
    if (without === undefined || inside === undefined) return [];
    const step = labelOf(changesOf(without, plain));
    return [{ label: `${step}; ${sizesOf(outside)}`, without, outside, inside }];
  });
}

/** `techniques`: the records of the sweep of that name, whose plain layer is this one's. */
export function distillation(records, techniques) {
  const [plain] = records;
  const rows = rowsOf(records, [...records, ...techniques], plain);
  const [stock] = rows;
  const peak = (record) => bytesOf(record, 'step-peak');
  const alone = records.find(
    (record) => labelOf(changesOf(record, plain)) === `layers ${stock.outside.configuration.step.teacherLayers}`,
  );
  const head = [
    'step; teacher',
    'steady',
    'with a teacher',
    'activations',
    'outside',
    'inside',
    'step-peak',
    'outside',
    'inside',
  ];
  const lines = rows.map(({ label, without, outside, inside }) => {
    const compared = (quantity, kinds) =>
      kinds.map((record) => cell(bytesOf(record, quantity), bytesOf(without, quantity)));
    return [
      label,
      grouped(bytesOf(without, 'steady')),
      ...compared('steady', [outside]),
      grouped(bytesOf(without, 'activations')),
      ...compared('activations', [outside, inside]),
      grouped(peak(without)),
      ...compared('step-peak', [outside, inside]),
    ];
  });
  return `## Distillation

The article: "Entrenar modelos más pequeños para imitar el comportamiento de los más grandes, preservando potencialmente gran parte del rendimiento con menos parámetros". Here a student of ${plain.configuration.model.layers} layers learns from the probabilities of a frozen teacher (\`step.teacher\`). The records of this section are \`results/baselines/cpu/distillation.jsonl\`.

- **Saved.** Training the student takes ${ratio(peak(plain), peak(alone))} of what training its teacher of ${stock.outside.configuration.step.teacherLayers} layers takes (${grouped(peak(plain))} of ${grouped(peak(alone))} bytes of \`step-peak\`).
- **What it costs.** The teacher's weights and mask are there through the whole step, and its forward. Outside of what is differentiated that is all: its labels stand where one-hot labels stood, and \`activations\` do not change by a byte under autodiff (the minimal form keeps ids, and has to keep the labels [N, V] instead). Inside, where no variable of the teacher is asked for and no gradient reaches it, tfjs keeps its whole tape: the student then takes ${ratio(peak(stock.inside), peak(alone))} of what training the teacher itself takes. A freeing backward gives that tape back at once, but after it has been there.
- **Remember.** Compute the teacher's labels before the function that you differentiate, in a \`tf.tidy\`: it is one line, and ${ratio(peak(stock.outside), peak(stock.inside))} of the memory.

${markdown(head, lines)}`;
}
