/** "Transformer Math 101" of EleutherAI, from whose equations the cookbook's program grew. */
import type { RunConfig } from '../../config/schema.ts';
import { MEMORY_LEDGERS } from '../../records/quantity.ts';
import { inTraining, keyIs, neverBuilt, ONE_MODEL } from '../assumption.ts';
import { type Deployment, ONE_DEVICE } from '../deployment.ts';
import { type Assumption, comparedIn, type Estimator, unsupported } from '../estimator.ts';
import { exactParameterCount } from '../exact/parameterCount.ts';
import {
  inferenceTotals,
  TRANSFORMER_MATH_ORIGINAL,
  type TransformerMathArguments,
  trainingMemory,
} from '../originals/eleuther-transformer-math.ts';
import { nearestBytes } from '../wholeBytes.ts';
import { KORTHIKANTI_LAYER } from './korthikantiLayer.ts';

/** Of training. "Total inference memory" rests on none of them: it is the model and a fifth. */
const TRAINING: readonly Assumption[] = [
  keyIs('fp16-activations', '"We assume that activations are stored in fp16"', 'step.precision', [
    'mixed-float16',
    'mixed-bfloat16',
    'float16',
    'bfloat16',
  ]),
  neverBuilt(
    'weight-copy',
    '"Mixed-precision requires an fp16/bf16 and fp32 version of the model to be stored in memory"',
  ),
  keyIs('optimizer', 'AdamW, or an "SGD-like" optimizer "with momentum"', 'step.optimizer', [
    'adamw',
    'adam',
    'adam-per-variable',
    'momentum',
  ]),
  // "See [arXiv 2205.05198] for further details and the derivation of the equations below"
  ...KORTHIKANTI_LAYER,
  keyIs('freeing-backward', 'PyTorch (GPT-NeoX): backward frees as it goes', 'step.backward', ['freeing']),
];

const ASSUMPTIONS: readonly Assumption[] = [...TRAINING.map(inTraining), ONE_MODEL];

const PRECISION = {
  float32: 'fp32',
  float16: 'fp16',
  bfloat16: 'bf16',
  'autocast-float16': 'mixed', // "mixed-precision training such as AMP"
  'autocast-bfloat16': 'mixed',
  'mixed-float16': 'mixed',
  'mixed-bfloat16': 'mixed',
  'int8-weights': 'int8',
} as const;

const OPTIMIZER: Readonly<Partial<Record<RunConfig['step']['optimizer'], 'adamw' | 'sgd-momentum'>>> = {
  adam: 'adamw', // the same states
  'adam-per-variable': 'adamw',
  adamw: 'adamw',
  momentum: 'sgd-momentum',
};

/** What √L layers together come to is not in the post: `undefined`. */
const RECOMPUTATION = { none: 'none', selective: 'selective', block: 'full', sqrt: undefined } as const;

function mathArguments(config: RunConfig, deployment: Deployment): TransformerMathArguments {
  const { model, batch, step } = config;
  const { tensorParallel, pipelineParallel, dataParallel, zeroStage } = deployment;
  return {
    params: exactParameterCount(config), // the post counts from "No. params" on
    s: batch.sequenceLength,
    b: batch.size / step.microBatches, // "the batch size per GPU": what is in flight; the batch is that of a replica
    h: model.hiddenSize,
    L: model.layers,
    a: model.heads,
    t: tensorParallel,
    recomputation: RECOMPUTATION[step.checkpointing],
    precision: PRECISION[step.precision],
    optimizer: OPTIMIZER[step.optimizer],
    zero_stage: zeroStage,
    pipe_parallel_size: pipelineParallel,
    num_gpus: tensorParallel * pipelineParallel * dataParallel,
    partition_activations: zeroStage > 0, // the only equation for ZeRO and tensor parallelism together does
  };
}

const NO_GROUPS = unsupported('The post recomputes attention or every layer, not groups of √L layers.');
const NO_SEQUENCE_PARALLELISM = unsupported('"We assume no sequence parallelism is being used."');
const NO_TRAINING = unsupported('The figure is of training.');
const NO_OPTIMIZER = unsupported('The post knows AdamW, 8-bit optimizers and SGD with momentum.');

export const eleutherTransformerMath: Estimator = {
  id: 'eleuther-transformer-math',
  title: 'EleutherAI 2023, Transformer Math 101',
  source: {
    citation: 'Q. Anthony, S. Biderman, H. Schoelkopf, "Transformer Math 101", EleutherAI (18 April 2023)',
    url: 'https://blog.eleuther.ai/transformer-math/',
    version: 'EleutherAI/website@d85eeba (8 October 2024)',
  },
  predicts: comparedIn(MEMORY_LEDGERS, ['weights', 'steady', 'activations', 'step-peak', 'inference-peak']),
  assumptions: ASSUMPTIONS,
  originals: [TRANSFORMER_MATH_ORIGINAL],

  predict(config, deployment = ONE_DEVICE) {
    const args = mathArguments(config, deployment);
    const inference = inferenceTotals(args);
    const inferring = {
      weights: nearestBytes({ weights: inference.model_memory }),
      'inference-peak': nearestBytes(
        { weights: inference.model_memory, unitemised: inference.total_memory_inference - inference.model_memory },
        inference.total_memory_inference,
      ),
    };
    if (args.precision === 'int8' || config.step.kind === 'inference')
      return { ...inferring, steady: NO_TRAINING, activations: NO_TRAINING, 'step-peak': NO_TRAINING };
    const training = trainingMemory(args);
    const states = { weights: training.model_memory, optimizer: training.optimizer_memory };
    const gradients = { gradients: training.gradient_memory };
    const activations = { unitemised: training.activation_memory }; // one equation for all of a layer

    const noActivations =
      args.recomputation === undefined
        ? NO_GROUPS
        : deployment.sequenceParallel && deployment.tensorParallel > 1
          ? NO_SEQUENCE_PARALLELISM
          : undefined;
    const noStates = args.optimizer === undefined ? NO_OPTIMIZER : undefined;
    return {
      ...inferring,
      weights: nearestBytes({ weights: training.model_memory }),
      // The post says how much each is, not when it is there.
      steady: noStates ?? nearestBytes(config.step.gradients === 'kept' ? { ...states, ...gradients } : states),
      activations: noActivations ?? nearestBytes(activations),
      'step-peak': noStates ?? noActivations ?? nearestBytes({ ...states, ...gradients, ...activations }),
    };
  },
};
