/** Megatron-LM's theoretical memory report, as a training run of one device or several calls it. */
import type { RunConfig } from '../../config/schema.ts';
import { MEMORY_LEDGERS } from '../../records/quantity.ts';
import { keyIs, neverBuilt, ONE_MODEL } from '../assumption.ts';
import { type Deployment, ONE_DEVICE } from '../deployment.ts';
import {
  type Assumption,
  comparedIn,
  type Estimator,
  type PartName,
  type Prediction,
  unsupported,
} from '../estimator.ts';
import {
  activationBranch,
  computeActivationMemory,
  computeActivationMemoryWithoutSp,
  computeWeightAndOptimizerMemory,
  MEGATRON_ORIGINAL,
  type MegatronArguments,
} from '../originals/megatron-theoretical-memory.ts';
import { nearestBytes } from '../wholeBytes.ts';

const ASSUMPTIONS: readonly Assumption[] = [
  keyIs('training', 'The memory footprint of model training', 'step.kind', ['training']),
  keyIs('bfloat16', '"This estimator assumes bf16 training"', 'step.precision', ['mixed-bfloat16']),
  neverBuilt(
    'main-parameters',
    '"bf16 model params, fp32 main gradients, fp32 main params": fp32 parameters beside those that the model computes with',
  ),
  keyIs('adam', '"fp32 Adam states"', 'step.optimizer', ['adam', 'adamw', 'adam-per-variable']),
  keyIs('gradients-kept', 'The fp32 main gradients are part of "weight and optimizer memory"', 'step.gradients', [
    'kept',
  ]),
  {
    id: 'dropout',
    statement: 'Dropout masks are stored, 1 byte per element ("Dropout in embedding layer", "formula in Table 2")',
    holds: ({ model }) => model.dropout > 0,
    nearby: (config) => [{ ...config, model: { ...config.model, dropout: 0.1 } }],
  },
  keyIs('saved-tensors', 'What PyTorch keeps of the layer of Table 2 in arXiv 2205.05198', 'step.savedTensors', [
    'minimal',
  ]),
  keyIs('freeing-backward', 'PyTorch: backward frees as it goes', 'step.backward', ['freeing']),
  keyIs('single-stack', 'One transformer block of num_layers layers', 'model.architecture', ['decoder', 'encoder']),
  ONE_MODEL,
];

/** What Megatron's command line would be. */
function megatronArguments({ model, batch, step }: RunConfig, deployment: Deployment): MegatronArguments {
  const { tensorParallel, pipelineParallel, dataParallel, experts } = deployment;
  const recompute = { none: null, selective: 'selective', block: 'full', sqrt: 'full' } as const;
  return {
    hidden_size: model.hiddenSize,
    num_layers: model.layers,
    num_attention_heads: model.heads,
    kv_channels: model.headSize,
    seq_length: batch.sequenceLength,
    micro_batch_size: batch.size / step.microBatches, // the batch is that of a replica
    num_microbatches: step.microBatches, // the report in training passes get_num_microbatches()
    padded_vocab_size: model.vocabularySize, // nothing pads it here
    ffn_hidden_size: model.feedForwardSize,
    group_query_attention: model.keyValueHeads !== model.heads,
    num_query_groups: model.keyValueHeads,
    swiglu: model.gatedFeedForward,
    normalization: model.normalization === 'rms-norm' ? 'RMSNorm' : 'LayerNorm',
    add_bias_linear: model.biases,
    untie_embeddings_and_output_weights: !model.tiedEmbedding,
    num_experts: experts > 1 ? experts : null,
    moe_ffn_hidden_size: model.feedForwardSize, // the parser's default
    moe_router_topk: deployment.expertsPerToken,
    tensor_model_parallel_size: tensorParallel,
    pipeline_model_parallel_size: pipelineParallel,
    expert_tensor_parallel_size: tensorParallel, // the parser's default
    expert_model_parallel_size: deployment.expertParallel,
    data_parallel_size: dataParallel,
    world_size: tensorParallel * pipelineParallel * dataParallel,
    use_distributed_optimizer: deployment.zeroStage > 0,
    sequence_parallel: deployment.sequenceParallel,
    recompute_granularity: recompute[step.checkpointing],
  };
}

type Terms = Readonly<Partial<Record<PartName, number>>>;

/** Weights, gradients and optimizer of the most loaded shard: 2 + 4 + 12 bytes of a parameter. */
function stateTerms(args: MegatronArguments): { readonly parts: Terms; readonly total: number } {
  const counts = computeWeightAndOptimizerMemory(args);
  const sharded = args.use_distributed_optimizer ?? false;
  const dense = counts.tp_sharded_params_on_most_loaded_shard + counts.replicated_params_on_most_loaded_shard;
  const experts = counts.expert_sharded_params_on_most_loaded_shard;
  return {
    parts: {
      weights: 2 * (dense + experts), // "bf16 model params"
      gradients: 4 * (dense + experts), // "fp32 main gradients"
      // "fp32 main params, and fp32 Adam states": 4 + 8, over the ranks that share the parameter
      optimizer:
        (12 * dense) / (sharded ? (args.data_parallel_size ?? 1) : 1) +
        (12 * experts) / (sharded ? counts.expert_data_parallel_size : 1),
    },
    total: counts.weight_and_optimizer_memory,
  };
}

function activationTerms(args: MegatronArguments): { readonly parts: Terms; readonly total: number } {
  const without = activationBranch(args) === 'compute_activation_memory_without_sp';
  const terms = without ? computeActivationMemoryWithoutSp(args) : computeActivationMemory(args);
  const named = {
    unitemised: terms.layers, // attention, MLP and norms together
    inputs: terms.embeddingInput,
    embedding: terms.embeddingDropout,
    head: terms.outputInput,
    loss: terms.logits,
  };
  const overhead = terms.total - Object.values(named).reduce((sum, term) => sum + term, 0);
  return { parts: without ? { ...named, scratch: overhead } : named, total: terms.total };
}

const bytesOf = ({ parts, total }: { readonly parts: Terms; readonly total: number }): Prediction =>
  nearestBytes(parts, total);

export const megatronTheoreticalMemory: Estimator = {
  id: 'megatron-theoretical-memory',
  title: 'Megatron-LM, theoretical memory report',
  source: {
    citation: 'NVIDIA, Megatron-LM, megatron/training/theoretical_memory_usage.py',
    url: 'https://github.com/NVIDIA/Megatron-LM',
    version: 'NVIDIA/Megatron-LM@d98e8a6',
  },
  predicts: comparedIn(MEMORY_LEDGERS, ['weights', 'steady', 'activations', 'step-peak']),
  assumptions: ASSUMPTIONS,
  ignores: {
    'model.attention':
      'Neither function has a term in seq_length², the 5as/h of Table 2, and neither reads an argument of attention: layers have sbh(18 + 4F/h) or sbh(10 + 24/t), with no word of why. So fused attention is not assumed, and scores are forgotten without it.',
    'step.checkpointing':
      "`recompute_granularity` is read once, in report_theoretical_memory: 'selective' together with sequence parallelism chooses compute_activation_memory. Without it, as on one device, the other formula answers whatever is recomputed; full recomputation has none.",
  },
  originals: [MEGATRON_ORIGINAL],

  countParameters(config) {
    const { num_total_parameters } = computeWeightAndOptimizerMemory(megatronArguments(config, ONE_DEVICE));
    const count = Math.round(num_total_parameters); // fractions where kv_channels · heads / hidden_size is one
    return Number.isSafeInteger(count) ? count : undefined;
  },

  predict(config, deployment = ONE_DEVICE) {
    const args = megatronArguments(config, deployment);
    const activations = activationTerms(args);
    if (deployment.zeroStage > 1 || worldTooSmall(args)) {
      const reason = unsupported(
        worldTooSmall(args)
          ? 'There are fewer devices than the experts are spread over.'
          : "Megatron's distributed optimizer is ZeRO stage 1; it divides neither gradients nor weights.",
      );
      return { weights: reason, steady: reason, activations: bytesOf(activations), 'step-peak': reason };
    }
    const states = stateTerms(args);
    return {
      weights: nearestBytes({ weights: states.parts.weights ?? 0 }),
      steady: bytesOf(states),
      activations: bytesOf(activations),
      'step-peak': bytesOf({
        parts: { ...states.parts, ...activations.parts },
        total: states.total + activations.total,
      }),
    };
  },
};

/** Megatron's parser would not take it: its experts' ranks have to fit into the world. */
const worldTooSmall = (args: MegatronArguments): boolean =>
  (args.world_size ?? 1) <
  (args.expert_tensor_parallel_size ?? 1) *
    (args.expert_model_parallel_size ?? 1) *
    (args.pipeline_model_parallel_size ?? 1);
