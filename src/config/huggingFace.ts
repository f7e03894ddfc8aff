/**
 * A Hugging Face `config.json` → a partial configuration of the family, and what of it the family cannot express.
 * Keys and defaults are those of transformers 4.57; `tie_word_embeddings` is true where a model type does not say otherwise.
 */
import { z } from 'zod';
import { fail } from '../errors.ts';
import { bert } from './huggingFace/bert.ts';
import { gpt2 } from './huggingFace/gpt2.ts';
import { llama, mistral, qwen2 } from './huggingFace/rotary.ts';
import type { HuggingFaceModel, Translation } from './huggingFace/translation.ts';

export type { HuggingFaceModel } from './huggingFace/translation.ts';

const TRANSLATIONS: Readonly<Record<string, Translation>> = { gpt2, bert, llama, mistral, qwen2 };

export const HUGGING_FACE_MODEL_TYPES: readonly string[] = Object.keys(TRANSLATIONS);

const withType = z.looseObject({ model_type: z.string() });

/** `value`: the JSON of `file`. A model type that has no counterpart, or a wrong or missing key, is an `E_HUGGING_FACE`. */
export function fromHuggingFace(value: unknown, file: string): HuggingFaceModel {
  const parsed = withType.safeParse(value);
  if (!parsed.success)
    throw fail('E_HUGGING_FACE', { file, detail: '  - model_type: is missing, so nobody can tell which model it is' });
  const translate = Object.hasOwn(TRANSLATIONS, parsed.data.model_type)
    ? TRANSLATIONS[parsed.data.model_type]
    : undefined;
  if (translate !== undefined) return translate(parsed.data, file);
  const detail = `  - model_type: "${parsed.data.model_type}" has no counterpart here; known are ${HUGGING_FACE_MODEL_TYPES.join(', ')}`;
  throw fail('E_HUGGING_FACE', { file, detail });
}
