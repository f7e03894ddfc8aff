/** OPT of transformers 5.24.0. */
import { z } from 'zod';
import { readArguments } from '../arguments.ts';
import { block, group, layerNorm, linear, type Module, moduleList } from '../moduleTree.ts';
import {
  type Architecture,
  CAUSAL,
  checkHeads,
  embedding,
  flag,
  head,
  optionalSize,
  paddingId,
  size,
} from './pieces.ts';

const optSchema = z.object({
  vocab_size: size.default(50272),
  hidden_size: size.default(768),
  num_hidden_layers: z.int().default(12),
  ffn_dim: size.default(3072),
  max_position_embeddings: size.default(2048),
  do_layer_norm_before: flag(true),
  _remove_final_layer_norm: flag(false),
  word_embed_proj_dim: optionalSize,
  num_attention_heads: size.default(12),
  pad_token_id: paddingId(1),
  enable_bias: flag(true),
  layer_norm_elementwise_affine: flag(true),
  tie_word_embeddings: flag(true),
});

export const OPT: Architecture = {
  base: (config) => opt(readArguments(optSchema, config)),
  languageModel(config) {
    const read = readArguments(optSchema, config);
    const width = read.word_embed_proj_dim ?? read.hidden_size;
    return [group('model', opt(read)), head(width, read.vocab_size, read.tie_word_embeddings)];
  },
  languageModelClasses: CAUSAL,
};

function opt(config: z.infer<typeof optSchema>): readonly Module[] {
  const { hidden_size: H, ffn_dim: F, enable_bias, layer_norm_elementwise_affine: affine } = config;
  const width = config.word_embed_proj_dim ?? H;
  const projections = [linear('project_out', H, width, false), linear('project_in', width, H, false)];
  const finalNorm = config.do_layer_norm_before && !config._remove_final_layer_norm;
  const layer = () => {
    checkHeads(H, config.num_attention_heads);
    return block('', [
      ...['k_proj', 'v_proj', 'q_proj', 'out_proj'].map((name) => linear(`self_attn.${name}`, H, H, enable_bias)),
      layerNorm('self_attn_layer_norm', H, affine),
      linear('fc1', H, F, enable_bias),
      linear('fc2', F, H, enable_bias),
      layerNorm('final_layer_norm', H, affine),
    ]);
  };
  return [
    group('decoder', [
      embedding('embed_tokens', config.vocab_size, width, config.pad_token_id),
      embedding('embed_positions', config.max_position_embeddings + 2, H), // the first two rows are never positions
      ...(width === H ? [] : projections),
      ...(finalNorm ? [layerNorm('final_layer_norm', H, affine)] : []),
      moduleList('layers', config.num_hidden_layers, layer),
    ]),
  ];
}
