/** `model_type: gpt2`: names and defaults of transformers' `configuration_gpt2.py`. */
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
  n_positions: size.default(1024),
  n_embd: size,
  n_layer: size,
  n_head: size,
  n_inner: size.nullable().default(null),
  activation_function: activation.default('gelu_new'),
  resid_pdrop: probability.default(0.1),
  embd_pdrop: probability.default(0.1),
  attn_pdrop: probability.default(0.1),
  tie_word_embeddings: z.boolean().default(true),
  add_cross_attention: z.boolean().default(false),
  reorder_and_upcast_attn: z.boolean().default(false),
});

export const gpt2: Translation = translation(schema, (keys) => {
  const inner = keys.n_inner ?? 4 * keys.n_embd;
  return {
    config: {
      model: {
        architecture: 'decoder',
        layers: keys.n_layer,
        hiddenSize: keys.n_embd,
        heads: keys.n_head,
        ...unless(inner === 4 * keys.n_embd, 'feedForwardSize', inner),
        vocabularySize: keys.vocab_size,
        maxPositions: keys.n_positions,
        positions: 'learned',
        normalization: 'layer-norm',
        normalizationPlacement: 'pre',
        activation: activations[keys.activation_function],
        gatedFeedForward: false,
        biases: true,
        tiedEmbedding: keys.tie_word_embeddings,
        dropout: keys.resid_pdrop,
      },
      batch: { sequenceLength: sequenceLengthFor(keys.n_positions) },
    },
    notes: [
      ...noteIf(
        keys.embd_pdrop !== keys.resid_pdrop || keys.attn_pdrop !== keys.resid_pdrop,
        `embd_pdrop, attn_pdrop: one rate is for every dropout here, that of resid_pdrop (${keys.resid_pdrop}).`,
      ),
      ...noteIf(keys.add_cross_attention, 'add_cross_attention: there is no attention to another stack here.'),
      ...noteIf(
        keys.reorder_and_upcast_attn,
        'reorder_and_upcast_attn: attention has the precision of step.precision here.',
      ),
      ...quantizedNote(keys.quantization_config),
    ],
  };
});
