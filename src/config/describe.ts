/** A configuration in one line, for people. */
import type { RunConfig } from './schema.ts';

/** `L2 B4 S64 H64 a8 F256 V100`: the sizes that decide most, a second model's too: `teacher inside L4 H64`; and that it learns nothing. */
export function describeConfig({ model, batch, step }: RunConfig): string {
  const { layers, hiddenSize, heads, feedForwardSize, vocabularySize, tiedEmbedding } = model;
  const sizes = `L${layers} B${batch.size} S${batch.sequenceLength} H${hiddenSize} a${heads} F${feedForwardSize} V${vocabularySize}`;
  const student = tiedEmbedding ? sizes : `${sizes} untied`;
  if (step.kind === 'inference') {
    const prompt = batch.promptLength === null ? '' : `, prompt ${batch.promptLength}, cache ${step.keyValueCache}`;
    return `${student} inference${prompt}`;
  }
  if (step.teacher === 'none') return student;
  return `${student} teacher ${step.teacher} L${step.teacherLayers} H${step.teacherHiddenSize}`;
}
