/** Configurations at which a formula is asked for its own law: like one that was measured, with sizes that tell all terms apart. */
import type { RunConfig } from '../../config/schema.ts';

const COUNT = 45;

/** All sizes but layers and heads are multiples of it: a factor of 1.05 or a share of 1/16 then gives whole bytes. */
const UNIT = 240;
/** Even, so that two may share a key head; each divides half a unit, so that heads have an even size, as rotary positions need it. */
const HEADS = [2, 4, 6, 8, 10, 12, 20];

/** Each size goes through its values in a period of its own, and no two periods have a common factor. */
export function syntheticConfigurations(like: RunConfig): readonly RunConfig[] {
  const { model, batch, step } = like;
  const sharesKeys = model.keyValueHeads !== model.heads;
  return Array.from({ length: COUNT }, (_, index): RunConfig => {
    const units = (period: number): number => UNIT * (1 + (index % period));
    const heads = HEADS[index % HEADS.length] ?? 2;
    const [hiddenSize, sequenceLength] = [units(11), units(9)];
    return {
      ...like,
      model: {
        ...model,
        layers: 1 + (index % 4),
        hiddenSize,
        heads,
        keyValueHeads: sharesKeys && index % 2 === 0 ? heads / 2 : heads,
        headSize: hiddenSize / heads,
        feedForwardSize: units(13),
        vocabularySize: units(17),
        maxPositions: sequenceLength + units(19),
      },
      batch: { ...batch, size: step.microBatches * units(5), sequenceLength },
    };
  });
}
