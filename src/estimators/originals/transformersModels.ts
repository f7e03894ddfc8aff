/**
 * What `AutoModel` and `AutoModelForCausalLM` of transformers 5.24.0 make of a configuration: GPT-2, Llama, Mistral, BERT and OPT
 * as trees of modules. Only the fields below decide a size; all others are ignored.
 */
import { z } from 'zod';
import { Refused, type Values } from '../original.ts';
import { readArguments } from './arguments.ts';
import { block, group, layerNorm, leaf, linear, type Module, moduleList } from './moduleTree.ts';

const size = z.int().min(0);
const optionalSize = size.nullable().default(null);
const flag = (value: boolean) => z.boolean().default(value);
const paddingId = (value: number | null) => z.int().nullable().default(value);

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

/** Llama and Mistral share a layer. */
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

const bertSchema = z.object({
  vocab_size: size.default(30522),
  hidden_size: size.default(768),
  num_hidden_layers: z.int().default(12),
  num_attention_heads: size.default(12),
  intermediate_size: size.default(3072),
  max_position_embeddings: size.default(512),
  type_vocab_size: size.default(2),
  pad_token_id: paddingId(0),
  is_decoder: flag(false),
  add_cross_attention: flag(false),
  tie_word_embeddings: flag(true),
});

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

/** What `autoClass` makes of `config`. Throws `Refused` where it raises, and for architectures that are not among the five. */
export function instantiate(autoClass: string, config: Values): Module {
  const type = String(config['model_type']);
  const architecture = ARCHITECTURES.get(type);
  if (architecture === undefined) throw new Refused(`no model "${type}"`);
  if (autoClass === 'AutoModel') return group('', architecture.base(config));
  if (architecture.languageModelClasses.includes(autoClass)) return group('', architecture.languageModel(config));
  throw new Refused(`no ${autoClass} of "${type}"`);
}

interface Architecture {
  base(config: Values): readonly Module[];
  languageModel(config: Values): readonly Module[];
  /** The classes that give `languageModel`. */
  readonly languageModelClasses: readonly string[];
}

const CAUSAL = ['AutoModelForCausalLM'];

const ARCHITECTURES: ReadonlyMap<string, Architecture> = new Map([
  [
    'gpt2',
    {
      base: (config) => gpt2(readGpt2(config)),
      languageModel(config) {
        const read = readGpt2(config);
        return [group('transformer', gpt2(read)), head(read.n_embd, read.vocab_size, read.tie_word_embeddings)];
      },
      languageModelClasses: CAUSAL,
    },
  ],
  ['llama', rotaryArchitecture(readLlama)],
  ['mistral', rotaryArchitecture(readMistral)],
  [
    'bert',
    {
      base: (config) => bert(readArguments(bertSchema, config), true),
      languageModel(config) {
        const read = readArguments(bertSchema, config);
        return [group('bert', bert(read, false)), bertHead(read)];
      },
      languageModelClasses: [...CAUSAL, 'AutoModelForMaskedLM'],
    },
  ],
  [
    'opt',
    {
      base: (config) => opt(readArguments(optSchema, config)),
      languageModel(config) {
        const read = readArguments(optSchema, config);
        const width = read.word_embed_proj_dim ?? read.hidden_size;
        return [group('model', opt(read)), head(width, read.vocab_size, read.tie_word_embeddings)];
      },
      languageModelClasses: CAUSAL,
    },
  ],
]);

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

/** A head without bias; where it is tied, its weight is the embedding's and counted there. */
const head = (width: number, vocabulary: number, tied: boolean) => leaf('lm_head', tied ? 0 : width * vocabulary);

function embedding(name: string, rows: number, columns: number, padding: number | null = null): Module {
  if (padding !== null && (padding >= 0 ? padding > 0 && padding >= rows : -padding > rows))
    throw new Refused('Padding_idx must be within num_embeddings');
  return leaf(name, rows * columns);
}

function checkHeads(width: number, heads: number) {
  if (width % heads !== 0) throw new Refused(`the hidden size (${width}) is not a multiple of the number of heads`);
}

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

type Bert = z.infer<typeof bertSchema>;

function bert(config: Bert, pooler: boolean): readonly Module[] {
  const { hidden_size: H, intermediate_size: F, max_position_embeddings: positions } = config;
  const attention = (name: string) => [
    linear(`${name}.self.query`, H, H),
    linear(`${name}.self.key`, H, H),
    linear(`${name}.self.value`, H, H),
    linear(`${name}.output.dense`, H, H),
    layerNorm(`${name}.output.LayerNorm`, H),
  ];
  const layer = () => {
    checkHeads(H, config.num_attention_heads);
    if (config.add_cross_attention && !config.is_decoder) throw new Refused('cross attention is a decoder model');
    return block('', [
      ...attention('attention'),
      ...(config.add_cross_attention ? attention('crossattention') : []),
      linear('intermediate.dense', H, F),
      linear('output.dense', F, H),
      layerNorm('output.LayerNorm', H),
    ]);
  };
  const embeddings = [
    embedding('word_embeddings', config.vocab_size, H, config.pad_token_id),
    embedding('position_embeddings', positions, H),
    embedding('token_type_embeddings', config.type_vocab_size, H),
    layerNorm('LayerNorm', H),
  ];
  return [
    block('embeddings', embeddings, 2 * 8 * positions), // position_ids and token_type_ids, int64
    group('encoder', [moduleList('layer', config.num_hidden_layers, layer)]),
    ...(pooler ? [group('pooler', [linear('dense', H, H)])] : []),
  ];
}

/** The bias is a parameter of `predictions` itself; where the head is tied, the decoder's weight and bias are counted elsewhere. */
const bertHead = ({ hidden_size: H, vocab_size: V, tie_word_embeddings }: Bert): Module =>
  group('cls', [
    group(
      'predictions',
      [
        group('transform', [linear('dense', H, H), layerNorm('LayerNorm', H)]),
        leaf('decoder', tie_word_embeddings ? 0 : H * V + V),
      ],
      V,
    ),
  ]);

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
