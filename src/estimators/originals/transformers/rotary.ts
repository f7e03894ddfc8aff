/** Llama and Mistral of transformers 5.24.0, which share a layer. */
import { z } from 'zod';
import { Refused, type Values } from '../../original.ts';
import { readArguments } from '../arguments.ts';
import { block, group, leaf, linear, type Module, moduleList } from '../moduleTree.ts';
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

const rotaryFields = {
  vocab_size: size.default(32000),
  hidden_size: size.default(4096),
  num_hidden_layers: z.int().default(32),
  num_attention_heads: size.default(32),
  head_dim: optionalSize,
  pad_token_id: paddingId(null),
  tie_word_embeddings: flag(false),
  rope_parameters: z
    .object({ rope_type: z.string().default('default'), partial_rotary_factor: z.number().default(1) })
    .nullable()
    .default(null),
};
const llamaSchema = z.object({
  ...rotaryFields,
  intermediate_size: size.default(11008),
  num_key_value_heads: optionalSize,
  attention_bias: flag(false),
  mlp_bias: flag(false),
});
const mistralSchema = z.object({
  ...rotaryFields,
  intermediate_size: size.default(14336),
  num_key_value_heads: size.default(8),
});

/** Llama's fields; Mistral has no biases. */
type Rotary = z.infer<typeof llamaSchema>;

function readLlama(config: Values): Rotary {
  const read = readArguments(llamaSchema, config);
  checkHeads(read.hidden_size, read.num_attention_heads); // of the configuration itself; Mistral's checks nothing
  return read;
}

function readMistral(config: Values): Rotary {
  return { ...readArguments(mistralSchema, config), attention_bias: false, mlp_bias: false };
}

export const LLAMA = rotaryArchitecture(readLlama);
export const MISTRAL = rotaryArchitecture(readMistral);

function rotaryArchitecture(read: (config: Values) => Rotary): Architecture {
  return {
    base: (config) => rotary(read(config)),
    languageModel(config) {
      const given = read(config);
      return [group('model', rotary(given)), head(given.hidden_size, given.vocab_size, given.tie_word_embeddings)];
    },
    languageModelClasses: CAUSAL,
  };
}

function rotary(config: Rotary): readonly Module[] {
  const { hidden_size: H, intermediate_size: F, num_attention_heads: heads } = config;
  if (heads === 0) throw new Refused('division by zero');
  const headSize = config.head_dim ?? Math.floor(H / heads);
  const keyValueHeads = config.num_key_value_heads ?? heads;
  const layer = () => {
    if (keyValueHeads === 0) throw new Refused('division by zero');
    return block('', [
      linear('self_attn.q_proj', H, heads * headSize, config.attention_bias),
      linear('self_attn.k_proj', H, keyValueHeads * headSize, config.attention_bias),
      linear('self_attn.v_proj', H, keyValueHeads * headSize, config.attention_bias),
      linear('self_attn.o_proj', heads * headSize, H, config.attention_bias),
      linear('mlp.gate_proj', H, F, config.mlp_bias),
      linear('mlp.up_proj', H, F, config.mlp_bias),
      linear('mlp.down_proj', F, H, config.mlp_bias),
      leaf('input_layernorm', H),
      leaf('post_attention_layernorm', H),
    ]);
  };
  return [
    embedding('embed_tokens', config.vocab_size, H, config.pad_token_id),
    moduleList('layers', config.num_hidden_layers, layer),
    leaf('norm', H),
    leaf('rotary_emb', 0, 2 * 4 * frequencies(headSize, config.rope_parameters)), // inv_freq and original_inv_freq, fp32
  ];
}

/** Every other of the dimensions that are turned; the default type turns all, whatever the factor says. */
function frequencies(headSize: number, rope: Rotary['rope_parameters']): number {
  const { rope_type = 'default', partial_rotary_factor = 1 } = rope ?? {};
  const turned = Math.trunc(headSize * partial_rotary_factor);
  // Up to 4 an odd size passes, for the sake of test models.
  if (headSize > 4 && headSize % 2 === 1 && turned === headSize)
    throw new Refused(`RoPE requires an even rotary dimension, but got head_dim=${headSize}`);
  return Math.ceil((rope_type === 'default' ? headSize : turned) / 2);
}
