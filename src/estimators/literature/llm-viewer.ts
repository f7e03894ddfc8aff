/** LLM-Viewer: inference on one device, as a configuration says it to the analyser. */
import type { RunConfig } from '../../config/schema.ts';
import { MEMORY_LEDGERS, type Quantity } from '../../records/quantity.ts';
import { keyIs, sizeIs } from '../assumption.ts';
import { ONE_DEVICE } from '../deployment.ts';
import {
  type Assumption,
  comparedIn,
  type Estimator,
  type PartName,
  type Prediction,
  unsupported,
} from '../estimator.ts';
import { type AnalyzeInput, analyzePrefill, llmViewerOriginal } from '../originals/llm-viewer.ts';
import { readModel } from '../originals/llmViewerModels.ts';
import { unknownDegree } from '../unknownDegree.ts';
import { nearestBytes } from '../wholeBytes.ts';

const ASSUMPTIONS: readonly Assumption[] = [
  keyIs('inference', '"LLM Inference Unveiled": prefill, decode and chat', 'step.kind', ['inference']),
  keyIs('single-stack', 'One stack of layers, all alike', 'model.architecture', ['decoder', 'encoder']),
  keyIs('gated', 'gate_proj, up_proj and down_proj: three matrices', 'model.gatedFeedForward', [true]),
  keyIs('no-biases', 'Linear layers are their matrices', 'model.biases', [false]),
  sizeIs(
    'head-size',
    'head_size = hidden_size // num_attention_heads',
    'model.headSize',
    ({ model }) => model.hiddenSize / model.heads,
  ),
];

/** Bits of weights and of activations, as the model here stores them (src/model/precision.ts). Keys and values have those of activations. */
const BITS: Readonly<Record<RunConfig['step']['precision'], readonly [weights: number, activations: number]>> = {
  float32: [32, 32],
  'autocast-float16': [32, 16],
  'autocast-bfloat16': [32, 16],
  'mixed-float16': [32, 16], // cast at each use
  'mixed-bfloat16': [32, 16],
  float16: [16, 16],
  bfloat16: [16, 16],
  'int8-weights': [8, 32],
};

/** The component of each operator's output. */
const COMPONENT: Readonly<Record<string, PartName>> = {
  q_proj: 'attention',
  out_proj: 'attention',
  qk_matmul: 'attention',
  softmax: 'attention',
  sv_matmul: 'attention',
  fused_attention: 'attention', // in place of the three before
  gate_proj: 'feed-forward',
  up_proj: 'feed-forward',
  mlp_act: 'feed-forward',
  down_proj: 'feed-forward',
  attn_norm: 'normalization',
  mlp_norm: 'normalization',
  attn_add: 'residual',
  mlp_add: 'residual',
};

const QUANTITIES = ['weights', 'inference-peak', 'kv-cache'] as const;

const everywhere = (reason: string): Partial<Record<Quantity, Prediction>> =>
  Object.fromEntries(QUANTITIES.map((quantity) => [quantity, unsupported(reason)]));

export const llmViewer: Estimator = {
  id: 'llm-viewer',
  title: 'LLM-Viewer 2024, memory consumption in inference',
  source: {
    citation: 'Z. Yuan et al., "LLM Inference Unveiled: Survey and Roofline Model Insights" (2024), LLM-Viewer',
    url: 'https://github.com/hahnyuan/LLM-Viewer',
    version: 'hahnyuan/LLM-Viewer@472f71f',
  },
  predicts: comparedIn(MEMORY_LEDGERS, QUANTITIES),
  assumptions: ASSUMPTIONS,
  ignores: {
    'model.tiedEmbedding':
      '`memory_consumption` is summed up before `lm_head` is analysed, and get_linear_layers has the seven projections of a layer: neither embedding nor head is in it.',
    'model.dropout':
      'Temporary activations are the sum of `store_act` over the operators of a layer (projections, attention, norms, "attn_add", "mlp_add", "mlp_act"); dropout is none of them.',
    'step.optimizer':
      '`memory_consumption` is "weight_kv_footprint" and temporary activations (ModelAnalyzer.analyze); there is no state of an optimizer.',
    'step.savedTensors':
      'The stages are "prefill" and "decode": the activations of one layer are counted as temporary ("tmp_act"), whatever a backward would need.',
    'step.backward': 'The stages that ModelAnalyzer.analyze goes through are "decode" and "prefill"; backward is none.',
    'step.checkpointing':
      'The temporary activations are those of one layer in any case (ModelAnalyzer.analyze adds `store_act` without num_hidden_layers).',
  },
  originals: [llmViewerOriginal],

  predict(config, deployment = ONE_DEVICE) {
    const { model, batch, step } = config;
    if (model.architecture === 'encoder-decoder') return everywhere('LLM-Viewer has no encoder-decoder models.');
    const unknown = unknownDegree(deployment);
    if (unknown !== undefined) return everywhere(`LLM-Viewer has no ${unknown}.`);
    if (model.hiddenSize < model.heads)
      return everywhere('LLM-Viewer divides by the rounded size of a head, which is 0.');

    const [w_bit, a_bit] = BITS[step.precision];
    const input: AnalyzeInput = {
      seqlen: batch.sequenceLength,
      batchsize: batch.size,
      w_bit,
      a_bit,
      use_flashattention: model.attention === 'fused',
    };
    const { totals, operators } = analyzePrefill(viewerModel(config), 'nvidia_A100_80G', input); // the hardware decides speed only
    const { memory_consumption, memory_consumption_weight: weights, memory_consumption_kv_cache: cache } = totals;

    const parts: Partial<Record<PartName, number>> = { weights, attention: cache };
    for (const [name, { store_act }] of Object.entries(operators)) {
      const component = COMPONENT[name];
      if (component !== undefined) parts[component] = (parts[component] ?? 0) + store_act; // the head is in no total
    }
    return {
      weights: nearestBytes({ weights }),
      'inference-peak': nearestBytes(parts, memory_consumption), // decode's is never larger
      'kv-cache': nearestBytes({ attention: cache }),
    };
  },
};

/** As `configs/Llama.py` reads a model: all others but GPT-J's list the same operators, a gate among them, without grouped heads. */
const viewerModel = ({ model }: RunConfig) =>
  readModel('configs/Llama.py', {
    hidden_size: model.hiddenSize,
    num_attention_heads: model.heads,
    num_key_value_heads: model.keyValueHeads,
    num_hidden_layers: model.layers,
    intermediate_size: model.feedForwardSize,
    vocab_size: model.vocabularySize,
  });
