/** What the translations of all model types share: kinds of keys, and how a wrong one is told. */
import { z } from 'zod';
import { fail } from '../../errors.ts';
import type { PartialConfig } from '../schema.ts';

export interface HuggingFaceModel {
  readonly config: PartialConfig;
  /** What the model has and its counterpart here has not, one sentence each. */
  readonly notes: readonly string[];
}

/** A size that no file of that model type goes without: the upstream's default would be another model's, silently. */
export const size = z.int({ error: ({ input }) => (input === undefined ? 'is missing' : undefined) }).positive();
export const probability = z.number().min(0).lt(1);
export const activations = {
  gelu: 'gelu',
  gelu_python: 'gelu',
  gelu_new: 'gelu-tanh',
  gelu_fast: 'gelu-tanh',
  gelu_pytorch_tanh: 'gelu-tanh',
  relu: 'relu',
  silu: 'silu',
  swish: 'silu',
} as const;
export const activation = z.enum(Object.keys(activations) as (keyof typeof activations)[], {
  error: ({ input }) =>
    `${JSON.stringify(input)} has no counterpart here; known are ${Object.keys(activations).join(', ')}`,
});

export const anyModel = z.object({ quantization_config: z.unknown().optional() });

export type Translation = (value: Readonly<Record<string, unknown>>, file: string) => HuggingFaceModel;

export const translation =
  <Schema extends z.ZodType>(schema: Schema, translate: (keys: z.infer<Schema>) => HuggingFaceModel): Translation =>
  (value, file) => {
    const parsed = schema.safeParse(value);
    if (parsed.success) return translate(parsed.data);
    const lines = parsed.error.issues.map(({ path, message }) => `  - ${path.join('.')}: ${message}`);
    throw fail('E_HUGGING_FACE', { file, detail: lines.join('\n') }, parsed.error);
  };

/** What is said where `condition` holds. */
export const noteIf = (condition: boolean, note: string): string[] => (condition ? [note] : []);

export const quantizedNote = (quantization: unknown): string[] =>
  noteIf(quantization !== undefined && quantization !== null, 'quantization_config: weights are not quantized here.');

/** Never longer than positions were trained for, nor than what holds where nothing is said. */
export const sequenceLengthFor = (positions: number): number => Math.min(positions, 1024);

/** A key is left out where its derived default is already right. */
export const unless = <Key extends string>(
  isDefault: boolean,
  key: Key,
  value: number,
): Partial<Record<Key, number>> => (isDefault ? {} : ({ [key]: value } as Record<Key, number>));
