/** EleutherAI's cookbook program, as a configuration of one device or several calls it. */
import type { RunConfig } from '../../config/schema.ts';
import { MEMORY_LEDGERS } from '../../records/quantity.ts';
import { inTraining, keyIs, neverBuilt, ONE_MODEL, sizeIs } from '../assumption.ts';
import { type Deployment, ONE_DEVICE } from '../deployment.ts';
import { type Assumption, comparedIn, type Estimator, unsupported } from '../estimator.ts';
import {
  COOKBOOK_ORIGINALS,
  type CookbookMemoryArguments,
  calcBothMem,
  calcTrainingMem,
} from '../originals/eleuther-cookbook.ts';
import { nearestBytes } from '../wholeBytes.ts';

const ASSUMPTIONS: readonly Assumption[] = [
  inTraining(
    keyIs('optimizer', 'AdamW, or SGD with momentum (or Muon)', 'step.optimizer', [
      'adamw',
      'adam',
      'adam-per-variable',
      'momentum',
    ]),
  ),
  inTraining(
    neverBuilt(
      'weight-copy',
      'The optimizer keeps an fp32 copy of the parameters beside those that the model computes with ("fp32 copy + m + v")',
    ),
  ),
  {
    id: 'dropout',
    statement: 'Dropout masks are stored, 1 byte per element ("from Table 2 in https://arxiv.org/abs/2205.05198")',
    holds: ({ model }) => model.dropout > 0,
    nearby: (config) => [{ ...config, model: { ...config.model, dropout: 0.1 } }],
  },
  inTraining(keyIs('saved-tensors', 'What PyTorch keeps of the layer of that table', 'step.savedTensors', ['minimal'])),
  inTraining(
    keyIs('unfused', 'Scores are stored: the 5as/h of that table, in training', 'model.attention', ['unfused']),
  ),
  inTraining(
    keyIs('freeing-backward', 'PyTorch (Megatron-DeepSpeed): backward frees as it goes', 'step.backward', ['freeing']),
  ),
  keyIs('checkpointing', 'Nothing is recomputed, or what Megatron recomputes: attention alone', 'step.checkpointing', [
    'none',
    'selective',
  ]),
  keyIs('single-stack', 'A single stack of layers', 'model.architecture', ['decoder', 'encoder']),
  keyIs('layer-norm', 'Two layer norms per layer and a final one, with weights and biases', 'model.normalization', [
    'layer-norm',
  ]),
  keyIs('untied-head', 'Embedding and head are two tables: 2vh', 'model.tiedEmbedding', [false]),
  {
    id: 'learned-positions',
    statement: 'A learned embedding for each of the s positions',
    holds: ({ model, batch }) => model.positions === 'learned' && model.maxPositions === batch.sequenceLength,
    nearby: (config) => [
      { ...config, model: { ...config.model, positions: 'learned', maxPositions: config.batch.sequenceLength } },
    ],
  },
  sizeIs(
    'head-size',
    'Queries are h wide: "Each QKVO matrix is (hxh)"',
    'model.headSize',
    ({ model }) => model.hiddenSize / model.heads,
  ),
  ONE_MODEL,
];

/** The program's choices; it turns down any other name. */
const OPTIMIZER: Readonly<Partial<Record<RunConfig['step']['optimizer'], 'adamw' | 'sgd_momentum'>>> = {
  adam: 'adamw', // the same states
  'adam-per-variable': 'adamw',
  adamw: 'adamw',
  momentum: 'sgd_momentum',
};

/** What a user of the program would type. Arguments that nothing here decides keep their defaults. */
function cookbookArguments({ model, batch, step }: RunConfig, deployment: Deployment): CookbookMemoryArguments {
  const { tensorParallel, pipelineParallel, dataParallel } = deployment;
  return {
    num_gpus: tensorParallel * pipelineParallel * dataParallel,
    tensor_parallel_size: tensorParallel,
    pipeline_parallel_size: pipelineParallel,
    zero_stage: deployment.zeroStage,
    checkpoint_activations: step.checkpointing !== 'none', // there is one flag, whatever is recomputed
    batch_size_per_gpu: batch.size / step.microBatches, // what is in flight; the batch is that of a replica
    sequence_length: batch.sequenceLength,
    vocab_size: model.vocabularySize,
    hidden_size: model.hiddenSize,
    num_attention_heads: model.heads,
    num_layers: model.layers,
    ffn_expansion_factor: model.feedForwardSize / model.hiddenSize,
    num_mlp_linears: model.gatedFeedForward ? 3 : 2,
    kv_size_ratio: model.keyValueHeads / model.heads,
    is_mixed_precision: step.precision !== 'float32', // a model of 16 bits throughout has the same 2 bytes
    optimizer: OPTIMIZER[step.optimizer],
    num_experts: deployment.experts > 1 ? deployment.experts : 0,
    expert_parallelism: deployment.expertParallel,
  };
}

const GIB = 1024 ** 3;
const NO_OPTIMIZER = unsupported('The program knows AdamW, Muon and SGD with momentum.');

export const eleutherCookbook: Estimator = {
  id: 'eleuther-cookbook',
  title: 'EleutherAI cookbook, calc_transformer_mem.py',
  source: {
    citation: 'Q. Anthony, H. Schoelkopf, B. Minhas, EleutherAI cookbook, calc/calc_transformer_mem.py',
    url: 'https://github.com/EleutherAI/cookbook',
    version: 'EleutherAI/cookbook@827ee3b',
  },
  predicts: comparedIn(MEMORY_LEDGERS, ['weights', 'steady', 'activations', 'step-peak', 'inference-peak', 'kv-cache']),
  assumptions: ASSUMPTIONS,
  originals: COOKBOOK_ORIGINALS,

  // That of the memory program, which its bytes follow. `calc_params` knows tied embeddings, this one does not.
  countParameters(config) {
    const count = Math.round(calcTrainingMem(cookbookArguments(config, ONE_DEVICE)).total_params); // F/h is a fraction
    return Number.isSafeInteger(count) ? count : undefined;
  },

  predict(config, deployment = ONE_DEVICE) {
    const args = cookbookArguments(config, deployment);
    const { training, inference } = calcBothMem(args); // inference: after the prompt and its default of 1 token of output
    const weights = { weights: training.per_gpu_model_mem };
    const states = { ...weights, optimizer: training.per_gpu_optimizer_mem };
    const gradients = { gradients: training.per_gpu_gradient_mem };

    const cache = { attention: inference.per_gpu_kv_cache_mem };
    const predictions = {
      weights: nearestBytes(weights),
      activations: nearestBytes({ unitemised: training.per_gpu_activation_mem }),
      'inference-peak': nearestBytes(
        { ...weights, ...cache, unitemised: inference.per_gpu_activation_mem },
        inference.per_gpu_mem_gib * GIB,
      ),
      'kv-cache': nearestBytes(cache),
    };
    if (args.optimizer === undefined) return { ...predictions, steady: NO_OPTIMIZER, 'step-peak': NO_OPTIMIZER };
    return {
      ...predictions,
      // The program says how much each is, not when it is there.
      steady: nearestBytes(config.step.gradients === 'kept' ? { ...states, ...gradients } : states),
      'step-peak': nearestBytes(
        {
          ...states,
          ...gradients,
          scratch: training.per_gpu_communication_mem, // ZeRO's buffers; none on one GPU
          unitemised: training.per_gpu_activation_mem,
        },
        training.per_gpu_mem_gib * GIB,
      ),
    };
  },
};
