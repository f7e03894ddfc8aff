/** accelerate's `estimate-memory`, asked for the model of the library that is nearest to a configuration. */
import type { RunConfig } from '../../config/schema.ts';
import { MEMORY_LEDGERS } from '../../records/quantity.ts';
import { keyIs, ONE_MODEL } from '../assumption.ts';
import { type Assumption, comparedIn, type Estimator, type Prediction, unsupported } from '../estimator.ts';
import type { Values } from '../original.ts';
import { ACCELERATE, type ModelSizes, maximumSizes, rowsOf } from '../originals/accelerateEstimateMemory.ts';
import { instantiate } from '../originals/transformers/models.ts';
import { nearestBytes } from '../wholeBytes.ts';

const QUANTITIES = ['weights', 'step-peak'] as const;

const ASSUMPTIONS: readonly Assumption[] = [
  keyIs('adam', '"Training using Adam"', 'step.optimizer', ['adam', 'adamw', 'adam-per-variable']),
  {
    id: 'library-model',
    statement: 'The model is one of the library: here GPT-2, Llama or BERT, with their biases, norms and positions',
    holds: (config) => libraryConfig(config) !== undefined,
    nearby: (config) => libraryModels(config).map((model) => ({ ...config, model: { ...config.model, ...model } })),
  },
  ONE_MODEL,
];

const GPT2 = {
  architecture: 'decoder',
  positions: 'learned',
  normalization: 'layer-norm',
  normalizationPlacement: 'pre',
  gatedFeedForward: false,
  biases: true,
} as const;

const LLAMA = {
  architecture: 'decoder',
  positions: 'rotary',
  normalization: 'rms-norm',
  normalizationPlacement: 'pre',
  gatedFeedForward: true,
} as const;

/** As GPT-2, and BERT adds token types, a norm behind the embeddings and a pooler that no configuration here has. */
const BERT = { ...GPT2, architecture: 'encoder', normalizationPlacement: 'post' } as const;

/** Heads that share the width, each with keys and values of its own. */
const WHOLE_HEADS = ({ hiddenSize, heads }: RunConfig['model']) => ({
  headSize: hiddenSize / heads,
  keyValueHeads: heads,
});

/** Keys that make a model of the library of `config`, the closest first. All three want a width that the heads divide. */
function libraryModels({ model }: RunConfig): readonly Partial<RunConfig['model']>[] {
  if (model.hiddenSize % model.heads !== 0) return [];
  const whole = WHOLE_HEADS(model);
  if (model.architecture === 'encoder') return [{ ...BERT, ...whole }];
  const decoders = [LLAMA, { ...GPT2, ...whole }];
  return model.positions === 'rotary' ? decoders : decoders.reverse();
}

const has = (model: RunConfig['model'], keys: Partial<RunConfig['model']>): boolean =>
  Object.entries(keys).every(([key, value]) => model[key as keyof typeof model] === value);

/** The configuration of the library's model with the keys of `config`; `undefined` where none of the three has them. */
function libraryConfig({ model }: RunConfig): Values | undefined {
  const { hiddenSize, heads, layers, vocabularySize, feedForwardSize, maxPositions } = model;
  if (has(model, { ...GPT2, ...WHOLE_HEADS(model) }))
    return {
      model_type: 'gpt2',
      vocab_size: vocabularySize,
      n_positions: maxPositions,
      n_embd: hiddenSize,
      n_layer: layers,
      n_head: heads,
      n_inner: feedForwardSize,
    };
  if (has(model, { ...BERT, ...WHOLE_HEADS(model) }))
    return {
      model_type: 'bert',
      vocab_size: vocabularySize,
      hidden_size: hiddenSize,
      num_hidden_layers: layers,
      num_attention_heads: heads,
      intermediate_size: feedForwardSize,
      max_position_embeddings: maxPositions,
    };
  // Llama's configuration wants a width that the heads divide, though a head may have another size.
  if (has(model, LLAMA) && hiddenSize % heads === 0)
    return {
      model_type: 'llama',
      vocab_size: vocabularySize,
      hidden_size: hiddenSize,
      num_hidden_layers: layers,
      num_attention_heads: heads,
      num_key_value_heads: model.keyValueHeads,
      head_dim: model.headSize,
      intermediate_size: feedForwardSize,
      attention_bias: model.biases,
      mlp_bias: model.biases,
    };
  return undefined;
}

/** Sizes of what `AutoModel` makes: the model without its head, tied or not. */
function sizesOf(config: RunConfig): ModelSizes | undefined {
  const given = libraryConfig(config);
  return given && maximumSizes(instantiate('AutoModel', given));
}

/** The command offers float16 as the only type of 16 bits, for mixed precision as for 16-bit weights. */
function dtypeOf({ step }: RunConfig): 'float32' | 'float16' | 'int8' {
  if (step.precision === 'int8-weights') return 'int8';
  return step.precision === 'float32' ? 'float32' : 'float16';
}

export const accelerateEstimateMemory: Estimator = {
  id: 'accelerate-estimate-memory',
  title: "Hugging Face accelerate's estimate-memory",
  source: {
    citation: 'accelerate, src/accelerate/commands/estimate.py, with the models of transformers 5.24.0',
    url: 'https://github.com/huggingface/accelerate',
    version: 'huggingface/accelerate@16cb6eb',
  },
  predicts: comparedIn(MEMORY_LEDGERS, QUANTITIES),
  assumptions: ASSUMPTIONS,
  ignores: {
    'model.tiedEmbedding':
      'create_empty_model instantiates `AutoModel`, the model without its language model head: there is no second matrix to tie.',
    'model.dropout':
      'compute_module_sizes adds up parameters and buffers, "tensor.numel() * dtype_byte_size(tensor.dtype)"; dropout has neither.',
    'model.attention':
      'create_empty_model counts parameters and buffers, and each answer of estimate_training_usage is a multiple of their size: scores, stored or not, are in none.',
    'step.savedTensors':
      'estimate_training_usage has two arguments that count, the size of the model and the precision, and four answers, model, gradients, optimizer and step, each a multiple of that size: no activation is in them.',
    'step.backward':
      '"model", "gradients", "optimizer" and "step" of estimate_training_usage are multiples of the size of the model; when an activation is freed changes none.',
    'step.checkpointing':
      'estimate_training_usage takes neither batch nor sequence (it is "for a batch size of 1") and counts no activations that could be recomputed.',
  },
  countParameters: (config) => sizesOf(config)?.parameters,

  predict(config) {
    const sizes = sizesOf(config);
    if (sizes === undefined) {
      const reason = unsupported('None of GPT-2, Llama and BERT has these positions, norms, biases and heads.');
      return Object.fromEntries(QUANTITIES.map((quantity) => [quantity, reason]));
    }
    const dtype = dtypeOf(config);
    const row = rowsOf(sizes, [dtype])[dtype];
    if (row === undefined) throw new Error(dtype);
    const { training, printed_training, total_size } = row;

    // In training a model of 16 bits keeps its size in fp32: "the model has weights stored in FP16 and FP32".
    const trains = config.step.kind === 'training' && dtype !== 'int8'; // of integers it says N/A, and no more
    const weights = trains ? training.model : total_size;
    // The largest of four figures is printed. The fourth, "step", has no part of its own: what the other three miss or exceed.
    const peak: Prediction = nearestBytes(
      { weights: training.model, gradients: training.gradients, optimizer: training.optimizer },
      printed_training === 'N/A' ? 0 : printed_training,
    );
    const steps = trains ? peak : unsupported('The figure is of training, and of integers it is N/A.');
    return { weights: nearestBytes({ weights }), 'step-peak': steps };
  },
  originals: [ACCELERATE],
};
