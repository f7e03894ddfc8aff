/** BERT of transformers 5.24.0. */
import { z } from 'zod';
import { Refused } from '../../original.ts';
import { readArguments } from '../arguments.ts';
import { block, group, layerNorm, leaf, linear, type Module, moduleList } from '../moduleTree.ts';
import { type Architecture, CAUSAL, checkHeads, embedding, flag, paddingId, size } from './pieces.ts';

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

type Bert = z.infer<typeof bertSchema>;

export const BERT: Architecture = {
  base: (config) => bert(readArguments(bertSchema, config), true),
  languageModel(config) {
    const read = readArguments(bertSchema, config);
    return [group('bert', bert(read, false)), bertHead(read)];
  },
  languageModelClasses: [...CAUSAL, 'AutoModelForMaskedLM'],
};

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
