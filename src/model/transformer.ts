/** A configuration → its model. Start here: the architectures are below, and below them one idea per file. */
import type { RunConfig } from '../config/schema.ts';
import { createEncoderDecoder } from './encoderDecoder.ts';
import type { Model } from './model.ts';
import { createSingleStack } from './singleStack.ts';
import type { Tf } from './tensorflow.ts';
import { createTools, type Techniques } from './tools.ts';
import type { CreateVariable } from './variables.ts';

/** Makes the variables, then what is constant. `onWeights` is called between the two. */
export function createTransformer(
  tf: Tf,
  config: Pick<RunConfig, 'model' | 'batch' | 'step'>,
  createVariable: CreateVariable,
  { onWeights = () => {}, ...techniques }: Techniques & { readonly onWeights?: () => void } = {},
): Model {
  const create = config.model.architecture === 'encoder-decoder' ? createEncoderDecoder : createSingleStack;
  return create(createTools(tf, config.step, techniques), config, createVariable, onWeights);
}
