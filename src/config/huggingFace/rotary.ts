/** `model_type: llama`, `mistral`, `qwen2`: names and defaults of transformers' `configuration_<type>.py`. */
import { z } from 'zod';
import {
  activation,
  activations,
  anyModel,
  type HuggingFaceModel,
  noteIf,
  probability,
  quantizedNote,
  sequenceLengthFor,
  size,
  type Translation,
  translation,
  unless,
} from './translation.ts';

/** Either name of the same: `rope_scaling` became a part of `rope_parameters` in version 5. */
const rope = z.looseObject({ rope_type: z.string().optional(), type: z.string().optional() }).nullish();

const rotary = anyModel.extend({
  vocab_size: size,
  hidden_size: size,
  intermediate_size: size,
  num_hidden_layers: size,
  num_attention_heads: size,
  hidden_act: activation.default('silu'),
  head_dim: size.nullish(),
  attention_dropout: probability.nullish(),
  tie_word_embeddings: z.boolean().default(false),
  rope_scaling: rope,
  rope_parameters: rope,
});
const llamaKeys = rotary.extend({
  num_key_value_heads: size.nullable().default(null),
  max_position_embeddings: size.default(2048),
  attention_bias: z.boolean().default(false),
  mlp_bias: z.boolean().default(false),
});
const mistralKeys = rotary.extend({
  num_key_value_heads: size.nullable().default(8),
  max_position_embeddings: size.default(4096 * 32),
  sliding_window: size.nullable().default(4096),
});
const qwen2Keys = rotary.extend({
  num_key_value_heads: size.nullable().default(32),
  max_position_embeddings: size.default(32_768),
  use_sliding_window: z.boolean().default(false),
  sliding_window: size.nullable().default(4096),
});

export const llama: Translation = translation(llamaKeys, (keys) => {
  const biases = keys.attention_bias && keys.mlp_bias;
  return rotaryModel(keys, biases, [
    ...noteIf(
      keys.attention_bias !== keys.mlp_bias,
      `${keys.attention_bias ? 'attention_bias' : 'mlp_bias'}: biases are everywhere or nowhere here; they are left out.`,
    ),
  ]);
});

export const mistral: Translation = translation(mistralKeys, (keys) =>
  rotaryModel(keys, false, slidingNote(keys.sliding_window, keys.max_position_embeddings)),
);

export const qwen2: Translation = translation(qwen2Keys, (keys) =>
  rotaryModel(keys, false, [
    'The biases of queries, keys and values are left out: biases are everywhere or nowhere here.',
    ...(keys.use_sliding_window ? slidingNote(keys.sliding_window, keys.max_position_embeddings) : []),
  ]),
);

const slidingNote = (window: number | null, positions: number): string[] =>
  noteIf(
    window !== null && window < positions,
    `sliding_window: attention is over the whole sequence here, not over ${window} tokens.`,
  );

type RotaryKeys = z.infer<typeof rotary> & {
  readonly num_key_value_heads: number | null;
  readonly max_position_embeddings: number;
};

function rotaryModel(keys: RotaryKeys, biases: boolean, notes: readonly string[]): HuggingFaceModel {
  const { hidden_size: H, num_attention_heads: heads } = keys;
  const keyValueHeads = keys.num_key_value_heads ?? heads;
  const headSize = keys.head_dim ?? H / heads;
  const scaling = [keys.rope_scaling, keys.rope_parameters]
    .map((parameters) => parameters?.rope_type ?? parameters?.type)
    .find((type) => type !== undefined && type !== 'default');
  return {
    config: {
      model: {
        architecture: 'decoder',
        layers: keys.num_hidden_layers,
        hiddenSize: H,
        heads,
        ...unless(keyValueHeads === heads, 'keyValueHeads', keyValueHeads),
        ...unless(headSize === H / heads, 'headSize', headSize),
        ...unless(keys.intermediate_size === 4 * H, 'feedForwardSize', keys.intermediate_size),
        vocabularySize: keys.vocab_size,
        positions: 'rotary',
        normalization: 'rms-norm',
        normalizationPlacement: 'pre',
        activation: activations[keys.hidden_act],
        gatedFeedForward: true,
        biases,
        tiedEmbedding: keys.tie_word_embeddings,
        dropout: 0,
      },
      batch: { sequenceLength: sequenceLengthFor(keys.max_position_embeddings) },
    },
    notes: [
      ...notes,
      ...noteIf(
        scaling !== undefined,
        `Rope scaling (${scaling}) is left out: angles are those of the original rotary.`,
      ),
      ...noteIf(
        (keys.attention_dropout ?? 0) > 0,
        `attention_dropout: ${keys.attention_dropout} of attention alone cannot be said here; dropout is 0.`,
      ),
      ...quantizedNote(keys.quantization_config),
    ],
  };
}
