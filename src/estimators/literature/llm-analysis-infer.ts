/** llm-analysis in inference: a forward pass over the prompt, and a decode step with a cache of as many tokens. */
import type { RunConfig } from '../../config/schema.ts';
import { MEMORY_LEDGERS, type Quantity } from '../../records/quantity.ts';
import { keyIs, neverBuilt } from '../assumption.ts';
import { type Deployment, ONE_DEVICE } from '../deployment.ts';
import {
  type Assumption,
  comparedIn,
  type Estimator,
  type PartName,
  type Prediction,
  unsupported,
} from '../estimator.ts';
import { Refused } from '../original.ts';
import { inferenceWeights, llmAnalysisInferOriginal } from '../originals/llm-analysis-infer.ts';
import { BYTES_FP16, inferenceActivations, keyValueCache, logitsActivations } from '../originals/llmAnalysisMemory.ts';
import { layersPerGpu, readSetup, type Setup } from '../originals/llmAnalysisModel.ts';
import { checkOperations } from '../originals/llmAnalysisSpeed.ts';
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
  keyIs('inference', 'Inference analysis', 'step.kind', ['inference']),
  keyIs('sixteen-bit', 'Weights, activations and cache of 16 bits (w16a16e16) or fewer', 'step.precision', [
    'float16',
    'bfloat16',
  ]),
  neverBuilt('buffer-reuse', '"For inference, this assumes the maximum tensor buffer reuse": one tensor at a time'),
  keyIs(
    'flash-attention',
    '"Whether to use Flash Attention. Defaults to True", and inference cannot say otherwise',
    'model.attention',
    ['fused'],
  ),
  ...LLM_ANALYSIS_MODEL,
];

const QUANTITIES = ['weights', 'inference-peak', 'kv-cache'] as const;

export const llmAnalysisInfer: Estimator = {
  id: 'llm-analysis-infer',
  title: 'llm-analysis, inference',
  source: LLM_ANALYSIS_SOURCE,
  predicts: comparedIn(MEMORY_LEDGERS, QUANTITIES),
  assumptions: ASSUMPTIONS,
  ignores: {
    'model.dropout':
      '"If training, also include the softmax dropout mask and attention dropout mask" (get_activation_memory_per_layer_attn): LLMAnalysis.inference leaves softmax_dropout at False, and the other masks come behind the return for inference.',
    'step.optimizer':
      'LLMAnalysis.inference adds up weights, activations and cache; get_memory_optimizer_state_and_gradient_* are called in LLMAnalysis.training alone.',
    'step.savedTensors':
      '"For inference, this assumes the maximum tensor buffer reuse": the largest of attention, MLP and layer norm (get_activation_memory_per_layer), nothing that is kept.',
    'step.backward':
      'LLMAnalysis.inference has a prefill and a decode step, both forward; gradients and what is freed with them are in LLMAnalysis.training.',
    'step.checkpointing':
      '"Inference does not need activation recomputation" is asserted in get_activation_memory_per_layer and its parts.',
  },
  countParameters: countLlmAnalysisParameters,
  originals: [llmAnalysisInferOriginal],

  predict(config, deployment = ONE_DEVICE) {
    const obstacle = obstacleOf(config, deployment);
    if (obstacle !== undefined) return everywhere(obstacle);
    try {
      return predictions(config, deployment);
    } catch (error) {
      if (error instanceof Refused) return everywhere(`llm-analysis: ${error.message}.`);
      throw error;
    }
  },
};

const everywhere = (reason: string): Partial<Record<Quantity, Prediction>> =>
  Object.fromEntries(QUANTITIES.map((quantity) => [quantity, unsupported(reason)]));

const obstacleOf = (config: RunConfig, deployment: Deployment): string | undefined =>
  llmAnalysisObstacle(config, deployment) ??
  (deployment.expertParallel > 1 ? 'llm-analysis has no expert parallelism in inference.' : undefined);

/** Not through `infer` itself: that refuses what does not fit a GPU that it ships, and has a prompt and an answer in one cache. */
function predictions(config: RunConfig, deployment: Deployment): Partial<Record<Quantity, Prediction>> {
  const setup = setupOf(config, deployment);
  const { size: b, sequenceLength: s } = config.batch;
  checkOperations(setup, b, s);
  checkOperations(setup, b, 1);

  const weights = { weights: inferenceWeights(setup, deployment.zeroStage).total };
  const cache = keyValueCache(setup, b, s, BYTES_FP16) * layersPerGpu(setup);
  const prefill = largestTensor(setup, b, s);
  const token = largestTensor(setup, b, 1);
  const decode = { ...token, attention: (token.attention ?? 0) + cache };

  // Each has to fit beside the weights: "memory_left > prefill activation", "memory_left > kv_cache + decode activation".
  return {
    weights: nearestBytes(weights),
    'inference-peak': nearestBytes({ ...weights, ...(sumOf(prefill) >= sumOf(decode) ? prefill : decode) }),
    'kv-cache': nearestBytes({ attention: cache }),
  };
}

function setupOf(config: RunConfig, deployment: Deployment): Setup {
  const { tensorParallel, pipelineParallel, dataParallel, sequenceParallel } = deployment;
  return readSetup(
    {
      model_name: '',
      model_config: modelFields(config, deployment),
      gpu_name: 'a100-sxm-80gb', // decides what fits, which is not asked
      dtype_name: SIXTEEN_BIT,
      sp_size: sequenceParallel ? tensorParallel : 1,
    },
    { tp_size: tensorParallel, pp_size: pipelineParallel, dp_size: dataParallel, rdp_size: 1, ep_size: 1 },
  );
}

type Parts = Partial<Record<PartName, number>>;
const sumOf = (parts: Parts): number => Object.values(parts).reduce((sum, part) => sum + part, 0);

/** Of a forward pass: the logits, or the largest tensor of a layer. */
function largestTensor(setup: Setup, b: number, s: number): Parts {
  const layer = inferenceActivations(setup, b, s, BYTES_FP16);
  const logits = logitsActivations(setup, b, s);
  if (logits >= layer.total) return { head: logits };
  if (layer.attention === layer.total) return { attention: layer.attention };
  if (layer.mlp === layer.total) return { 'feed-forward': layer.mlp };
  return { normalization: layer.layernorm };
}
