/** `model_type: bert`: names and defaults of transformers' `configuration_bert.py`. */
import { z } from 'zod';
import {
  activation,
  activations,
  anyModel,
  noteIf,
  probability,
  quantizedNote,
  sequenceLengthFor,
  size,
  type Translation,
  translation,
  unless,
} from './translation.ts';

const schema = anyModel.extend({
  vocab_size: size,
  hidden_size: size,
  num_hidden_layers: size,
  num_attention_heads: size,
  intermediate_size: size,
  hidden_act: activation.default('gelu'),
  hidden_dropout_prob: probability.default(0.1),
  attention_probs_dropout_prob: probability.default(0.1),
  max_position_embeddings: size.default(512),
  type_vocab_size: z.int().nonnegative().default(2),
  position_embedding_type: z.enum(['absolute', 'relative_key', 'relative_key_query']).default('absolute'),
  is_decoder: z.boolean().default(false),
  add_cross_attention: z.boolean().default(false),
  tie_word_embeddings: z.boolean().default(true),
});

export const bert: Translation = translation(schema, (keys) => ({
  config: {
    model: {
      architecture: keys.is_decoder ? 'decoder' : 'encoder',
      layers: keys.num_hidden_layers,
      hiddenSize: keys.hidden_size,
      heads: keys.num_attention_heads,
      ...unless(keys.intermediate_size === 4 * keys.hidden_size, 'feedForwardSize', keys.intermediate_size),
      vocabularySize: keys.vocab_size,
      maxPositions: keys.max_position_embeddings,
      positions: keys.position_embedding_type === 'absolute' ? 'learned' : 'none',
      normalization: 'layer-norm',
      normalizationPlacement: 'post',
      activation: activations[keys.hidden_act],
      gatedFeedForward: false,
      biases: true,
      tiedEmbedding: keys.tie_word_embeddings,
      dropout: keys.hidden_dropout_prob,
    },
    batch: { sequenceLength: sequenceLengthFor(keys.max_position_embeddings) },
  },
  notes: [
    ...noteIf(keys.type_vocab_size > 0, `type_vocab_size: the ${keys.type_vocab_size} token types are left out.`),
    "The norm behind the embeddings, the pooler, and the head's own layer and bias are left out.",
    ...noteIf(
      keys.attention_probs_dropout_prob !== keys.hidden_dropout_prob,
      `attention_probs_dropout_prob: one rate is for every dropout here, that of hidden_dropout_prob (${keys.hidden_dropout_prob}).`,
    ),
    ...noteIf(
      keys.position_embedding_type !== 'absolute',
      `position_embedding_type: ${keys.position_embedding_type} is left out; there are no positions here.`,
    ),
    ...noteIf(keys.add_cross_attention, 'add_cross_attention: there is no attention to another stack here.'),
    ...quantizedNote(keys.quantization_config),
  ],
}));
