/** llm-analysis in training, as a configuration of one device or several calls it. */
import type { RunConfig } from '../../config/schema.ts';
import { type Component, MEMORY_LEDGERS, type Quantity } from '../../records/quantity.ts';
import { keyIs, neverBuilt, ONE_MODEL } from '../assumption.ts';
import { type Deployment, ONE_DEVICE } from '../deployment.ts';
import { type Assumption, comparedIn, type Estimator, type Prediction, unsupported } from '../estimator.ts';
import { Refused } from '../original.ts';
import { llmAnalysisTrainOriginal, type TrainInput, train } from '../originals/llm-analysis-train.ts';
import { nearestBytes } from '../wholeBytes.ts';
import {
  countLlmAnalysisParameters,
  LLM_ANALYSIS_MODEL,
  LLM_ANALYSIS_SOURCE,
  llmAnalysisObstacle,
  modelFields,
  SIXTEEN_BIT,
} from './llmAnalysis.ts';

const ASSUMPTIONS: readonly Assumption[] = [
  keyIs('training', 'Training analysis', 'step.kind', ['training']),
  keyIs('sixteen-bit', 'Weights and activations of 16 bits (w16a16e16) or fewer', 'step.precision', [
    'mixed-float16',
    'mixed-bfloat16',
  ]),
  neverBuilt(
    'weight-copy',
    '"The optimizer states include the master weights and other states": full-precision weights beside the 16-bit ones',
  ),
  neverBuilt(
    'norms-in-float32',
    'Norms store inputs of 32 bits where all else has 16: it "often has to be FP32 in training to maintain model accuracy"',
  ),
  {
    id: 'dropout',
    statement: 'A mask of attention\'s dropout is stored, "a single byte per element"',
    holds: ({ model }) => model.dropout > 0,
    nearby: (config) => [{ ...config, model: { ...config.model, dropout: 0.1 } }],
  },
  keyIs(
    'saved-tensors',
    'The input of the Q/K/V product, what attention and the linear layers keep, the input of each norm: "refer to https://arxiv.org/abs/2205.05198"',
    'step.savedTensors',
    ['minimal'],
  ),
  keyIs(
    'freeing-backward',
    'Activations and gradients are never there together: the peak has the larger of them',
    'step.backward',
    ['freeing'],
  ),
  keyIs('gradients-freed', 'No gradients beside the activations: they come when those go', 'step.gradients', ['freed']),
  keyIs(
    'checkpointing',
    'Nothing is recomputed, or attention\'s core ("attention computation"), or the layer ("full")',
    'step.checkpointing',
    ['none', 'selective', 'block'],
  ),
  keyIs('stored-input', 'GELU, whose input is stored beside that of the second linear layer', 'model.activation', [
    'gelu',
    'gelu-tanh',
    'silu', // stores its input as GELU does
  ]),
  ...LLM_ANALYSIS_MODEL,
  ONE_MODEL,
];

/** `step.checkpointing` as `activation_recomputation`. Its levels 2 and 3 (attention, with and without norms) have no key here. */
const RECOMPUTATION = { none: 0, selective: 1, block: 4, sqrt: null } as const;

/** fp32 states per parameter, 4 bytes each in `other_op_bytes`; Adam's two are the default. */
const STATES: Readonly<Record<RunConfig['step']['optimizer'], number>> = {
  adam: 2,
  adamw: 2,
  'adam-per-variable': 2,
  adamax: 2,
  rmsprop: 2, // tfjs keeps a momentum beside the mean square
  momentum: 1,
  adagrad: 1,
  sgd: 0,
};

const QUANTITIES = ['weights', 'steady', 'activations', 'backward-peak', 'gradients-held', 'step-peak'] as const;

export const llmAnalysisTrain: Estimator = {
  id: 'llm-analysis-train',
  title: 'llm-analysis, training',
  source: LLM_ANALYSIS_SOURCE,
  predicts: comparedIn(MEMORY_LEDGERS, QUANTITIES),
  assumptions: ASSUMPTIONS,
  countParameters: countLlmAnalysisParameters,
  originals: [llmAnalysisTrainOriginal],

  predict(config, deployment = ONE_DEVICE) {
    const args = trainInput(config, deployment);
    if (typeof args === 'string') return everywhere(args);
    try {
      return predictions(config, train(args));
    } catch (error) {
      if (error instanceof Refused) return everywhere(`llm-analysis: ${error.message}.`);
      throw error;
    }
  },
};

const everywhere = (reason: string): Partial<Record<Quantity, Prediction>> =>
  Object.fromEntries(QUANTITIES.map((quantity) => [quantity, unsupported(reason)]));

/** What a user would pass, or why nothing can be. Arguments that nothing here decides keep their defaults. */
function trainInput(config: RunConfig, deployment: Deployment): TrainInput | string {
  const { model, batch, step } = config;
  const activation_recomputation = RECOMPUTATION[step.checkpointing];
  const obstacle = llmAnalysisObstacle(config, deployment);
  if (obstacle !== undefined) return obstacle;
  if (activation_recomputation === null)
    return 'llm-analysis recomputes attention or every layer, not groups of √L layers.';
  const { tensorParallel, pipelineParallel, dataParallel, nodes } = deployment;
  return {
    model_config: modelFields(config, deployment),
    gpu_name: 'a100-sxm-80gb', // decides the largest batch, and none of what is asked for here
    dtype_name: SIXTEEN_BIT,
    batch_size_per_gpu: batch.size / step.microBatches, // "micro batch size"; the batch is that of a replica
    gradient_accumulation_steps: step.microBatches,
    seq_len: batch.sequenceLength,
    activation_recomputation,
    ds_zero: deployment.zeroStage,
    dp_size: dataParallel,
    tp_size: tensorParallel,
    pp_size: pipelineParallel,
    sp_size: deployment.sequenceParallel ? tensorParallel : 1, // its default is that of tensor parallelism
    ep_size: deployment.expertParallel,
    num_gpus_per_node: Math.ceil((tensorParallel * pipelineParallel * dataParallel) / nodes),
    other_op_bytes: 4 * STATES[step.optimizer],
    flash_attn: model.attention === 'fused',
    softmax_dropout: model.dropout > 0,
  };
}

function predictions({ step }: RunConfig, summary: ReturnType<typeof train>): Partial<Record<Quantity, Prediction>> {
  const weights = { weights: summary.weight_memory_per_gpu };
  const steady = { ...weights, optimizer: summary.optimizer_state_memory_per_gpu };
  const gradients = { gradients: summary.gradient_memory_per_gpu };
  const total = summary.activation_memory_per_gpu;
  const outside = {
    embedding: summary.activation_memory_input_embedding_per_gpu,
    head: summary.activation_memory_output_embedding_per_gpu, // logits
  };
  const inLayers = {
    attention: summary.activation_memory_attn_per_gpu,
    'feed-forward': summary.activation_memory_mlp_per_gpu,
    // The layers' inputs, which full recomputation keeps, are shown under layernorm.
    [step.checkpointing === 'block' ? 'residual' : 'normalization']: summary.activation_memory_layernorm_per_gpu,
  };
  const activations = withLastNorm({ ...inLayers, ...outside }, total);

  // "optimizer + weight + max(activation, gradient) + max(bwd_prefetch, loss_bwd)"
  const held = total >= summary.gradient_memory_per_gpu ? activations : gradients;
  const { loss_bwd_memory, estimated_bwd_prefetch_memory_per_gpu: prefetch } = summary;
  const extra = loss_bwd_memory >= prefetch ? { loss: loss_bwd_memory } : { scratch: prefetch };
  const peak = nearestBytes({ ...steady, ...held, ...extra }, summary.estimated_peak_memory_per_gpu);
  return {
    weights: nearestBytes(weights),
    steady: nearestBytes(step.gradients === 'kept' ? { ...steady, ...gradients } : steady),
    activations: nearestBytes(activations, total),
    'backward-peak': peak,
    'gradients-held': nearestBytes({ ...steady, ...gradients }, summary['(weight+op_state+grad)_memory_per_gpu']),
    'step-peak': peak,
  };
}

/** The last norm's input is in the total, and in no part of the summary. */
function withLastNorm(parts: Readonly<Partial<Record<Component, number>>>, total: number) {
  const named = Object.values(parts).reduce((sum, part) => sum + part, 0);
  return { ...parts, normalization: (parts.normalization ?? 0) + (total - named) };
}
