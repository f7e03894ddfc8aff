/** The key that is varied, and the values that it may have. */
import { mergeConfigs, resolveConfig } from '../config/resolve.ts';
import { LARGEST_SIZE, MOST_LAYERS, type PartialConfig, type RunConfig } from '../config/schema.ts';

export const LIMIT_KEYS = ['batch.size', 'batch.sequenceLength', 'model.layers'] as const;
export type LimitKey = (typeof LIMIT_KEYS)[number];

export interface Axis {
  readonly key: LimitKey;
  /** Legal are its multiples: a batch is divided into equal micro-batches. */
  readonly stride: number;
  readonly largest: number;
  /** Why no value above the largest is legal, as the end of a sentence. */
  readonly end: string;
  /** Derived keys follow the value. Throws E_CONFIG where the rest of the configuration is wrong. */
  at(value: number): RunConfig;
}

export function axisOf(partial: PartialConfig, key: LimitKey, autoDevice: 'cpu' | 'gpu'): Axis {
  const [section = '', name = ''] = key.split('.');
  const at = (value: number): RunConfig =>
    resolveConfig(mergeConfigs(partial, { [section]: { [name]: value } } as PartialConfig), { autoDevice });
  const stride = key === 'batch.size' ? (partial.step?.microBatches ?? 1) : 1;
  return { key, stride, ...endOf(partial, key, at(stride), stride), at };
}

function endOf(
  { model }: PartialConfig,
  key: LimitKey,
  { model: { positions } }: RunConfig,
  stride: number,
): Pick<Axis, 'largest' | 'end'> {
  if (key === 'model.layers') return { largest: MOST_LAYERS, end: 'a configuration has no more layers' };
  if (key === 'batch.sequenceLength' && positions === 'learned' && model?.maxPositions !== undefined)
    return { largest: model.maxPositions, end: `the model has model.maxPositions = ${model.maxPositions}` };
  return { largest: LARGEST_SIZE - (LARGEST_SIZE % stride), end: 'no size is larger' };
}
