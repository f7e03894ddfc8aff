/** What inference finds beside weights: its ids, its mask and its tables. */
import type { RunConfig } from '../../../config/schema.ts';
import { INT32_BYTES } from '../kernels.ts';
import { constantFloats } from '../stepInputs.ts';
import { WIDE } from '../widths.ts';

/** Bytes on the measured device. */
export function inferenceInputs(config: RunConfig): number {
  const { model, batch, runtime } = config;
  const { promptLength, sequenceLength, size } = batch;
  const host = runtime.device === 'cpu' ? 1 : 0; // int32 lies in host memory
  const read = model.architecture === 'encoder-decoder' ? 2 : 1;
  return constants(config) * WIDE + host * read * size * (promptLength ?? sequenceLength) * INT32_BYTES;
}

/** Elements. Generation cuts its masks out of one for a single head; where it needs none, tfjs never uploads it. */
function constants(config: RunConfig): number {
  const { model, batch, step } = config;
  const { promptLength, sequenceLength } = batch;
  if (promptLength === null) return constantFloats(config);
  const masks = promptLength > 1 || (step.keyValueCache === 'preallocated' && sequenceLength > 1);
  const architecture = masks ? model.architecture : 'encoder';
  return constantFloats({ ...config, model: { ...model, architecture, keyValueHeads: model.heads } });
}
