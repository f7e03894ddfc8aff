/** GPT-2 of transformers 5.24.0. */
import { z } from 'zod';
import type { Values } from '../../original.ts';
import { readArguments } from '../arguments.ts';
import { block, group, layerNorm, linear, type Module, moduleList } from '../moduleTree.ts';
import { type Architecture, CAUSAL, checkHeads, embedding, flag, head, optionalSize, size } from './pieces.ts';

const gpt2Schema = z.object({
  vocab_size: size.default(50257),
  n_positions: size.default(1024),
  n_embd: size.default(768),
  n_layer: z.int().default(12),
  n_head: size.default(12),
  n_inner: optionalSize,
  add_cross_attention: flag(false),
  tie_word_embeddings: flag(true),
});

/** The library's common names of fields that GPT-2 calls otherwise (its `attribute_map`). */
const GPT2_NAMES: Values = {
  hidden_size: 'n_embd',
  max_position_embeddings: 'n_positions',
  num_attention_heads: 'n_head',
  num_hidden_layers: 'n_layer',
};

const readGpt2 = (config: Values) =>
  readArguments(
    gpt2Schema,
    Object.fromEntries(Object.entries(config).map(([name, value]) => [GPT2_NAMES[name] ?? name, value])),
  );

export const GPT2: Architecture = {
  base: (config) => gpt2(readGpt2(config)),
  languageModel(config) {
    const read = readGpt2(config);
    return [group('transformer', gpt2(read)), head(read.n_embd, read.vocab_size, read.tie_word_embeddings)];
  },
  languageModelClasses: CAUSAL,
};

function gpt2(config: z.infer<typeof gpt2Schema>): readonly Module[] {
  const { n_embd: H, n_inner } = config;
  const F = n_inner ?? 4 * H;
  const layer = () => {
    checkHeads(H, config.n_head);
    const cross = [
      linear('crossattention.c_attn', H, 2 * H),
      linear('crossattention.q_attn', H, H),
      linear('crossattention.c_proj', H, H),
      layerNorm('ln_cross_attn', H),
    ];
    return block('', [
      layerNorm('ln_1', H),
      linear('attn.c_attn', H, 3 * H),
      linear('attn.c_proj', H, H),
      layerNorm('ln_2', H),
      ...(config.add_cross_attention ? cross : []),
      linear('mlp.c_fc', H, F),
      linear('mlp.c_proj', F, H),
    ]);
  };
  return [
    embedding('wte', config.vocab_size, H),
    embedding('wpe', config.n_positions, H),
    moduleList('h', config.n_layer, layer),
    layerNorm('ln_f', H),
  ];
}
