/** What the two sets of llm-analysis, training and inference, take for granted alike, and how a configuration is said to it. */
import type { RunConfig } from '../../config/schema.ts';
import { keyIs, sizeIs } from '../assumption.ts';
import { type Deployment, ONE_DEVICE } from '../deployment.ts';
import type { Assumption, Estimator } from '../estimator.ts';
import { modelConfig, parameterCounts } from '../originals/llmAnalysisModel.ts';

export const LLM_ANALYSIS_SOURCE: Estimator['source'] = {
  citation:
    'C. Li, "LLM-Analysis: Latency and Memory Analysis of Transformer Models for Training and Inference" (2023)',
  url: 'https://github.com/cli99/llm-analysis',
  version: 'cli99/llm-analysis@d841e40',
};

export const LLM_ANALYSIS_MODEL: readonly Assumption[] = [
  keyIs('single-stack', 'A model is `num_layers` transformer layers', 'model.architecture', ['decoder', 'encoder']),
  keyIs('tied-head', '"The output embedding shares weights with the input embedding"', 'model.tiedEmbedding', [true]),
  keyIs('no-biases', 'Linear layers are their matrices; two norms of a layer are 2H parameters', 'model.biases', [
    false,
  ]),
  sizeIs(
    'head-size',
    'head_dim = hidden_dim / n_head',
    'model.headSize',
    ({ model }) => model.hiddenSize / model.heads,
  ),
];

/** Of the shipped data types the one of 16-bit variables; none has 32 bits. */
export const SIXTEEN_BIT = 'w16a16e16';

/** Why nothing can be said to it; undefined if something can. */
export function llmAnalysisObstacle({ model, step }: RunConfig, { offload }: Deployment): string | undefined {
  if (model.architecture === 'encoder-decoder') return 'llm-analysis has no encoder-decoder models.';
  if (step.precision === 'float32')
    return 'llm-analysis has no 32-bit mode: "weight_bits and activation_bits must be 4, 8, or 16".';
  if (step.precision === 'int8-weights') return 'llm-analysis has no 8-bit weights beside 32-bit activations.';
  if (offload !== 'none') return 'llm-analysis has no offloading.';
  return undefined;
}

/** The original's `ModelConfig`. */
export const modelFields = ({ model, batch }: RunConfig, { experts, expertsPerToken }: Deployment) => ({
  name: 'memproof',
  num_layers: model.layers,
  n_head: model.heads,
  hidden_dim: model.hiddenSize,
  vocab_size: model.vocabularySize,
  max_seq_len: Math.max(model.maxPositions, batch.sequenceLength), // it is compared with the sequence, and nothing else
  num_key_value_heads: model.keyValueHeads,
  ffn_embed_dim: model.feedForwardSize,
  moe_num_experts: experts,
  moe_top_k: expertsPerToken,
  mlp_gated_linear_units: model.gatedFeedForward,
});

/** The original's own count on one device; undefined where it is no whole number or a model has two stacks. */
export function countLlmAnalysisParameters(config: RunConfig): number | undefined {
  if (config.model.architecture === 'encoder-decoder') return undefined;
  const { num_params_total } = parameterCounts({
    model: modelConfig(modelFields(config, ONE_DEVICE)),
    parallelism: { tp_size: 1, pp_size: 1, dp_size: 1, rdp_size: 1, ep_size: 1, sp_size: 1 },
    dtype: { weight_bits: 16, activation_bits: 16, embedding_bits: 16 },
  });
  return Number.isSafeInteger(num_params_total) ? num_params_total : undefined;
}
