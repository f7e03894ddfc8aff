/** A configuration in one line, for people. */
import type { RunConfig } from './schema.ts';

/** `L2 B4 S64 H64 a8 F256 V100`: the sizes that decide most. */
export function describeConfig({ model, batch }: RunConfig): string {
  const { layers, hiddenSize, heads, feedForwardSize, vocabularySize, tiedEmbedding } = model;
  const sizes = `L${layers} B${batch.size} S${batch.sequenceLength} H${hiddenSize} a${heads} F${feedForwardSize} V${vocabularySize}`;
  return tiedEmbedding ? sizes : `${sizes} untied`;
}
