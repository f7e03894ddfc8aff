/** The memory equations of "Transformer Math 101", in the post's symbols. It is a text: the function around them is ours. */
import { z } from 'zod';
import { type Original, Refused, refused, type Values } from '../original.ts';
import { readArguments } from './arguments.ts';

const size = z.int().nonnegative();
const degree = z.int().positive();

const mathArguments = z.object({
  /** "No. params". */
  params: z.number().nonnegative(),
  s: size,
  b: size,
  h: size,
  L: size,
  a: size,
  /** Degree of tensor parallelism, "(1 if not)". */
  t: degree.default(1),
  recomputation: z.enum(['none', 'selective', 'full']).default('none'),
  /** Of the model: pure fp32 or fp16, mixed (fp16/bf16 and fp32); int8 for inference only. */
  precision: z.enum(['fp32', 'fp16', 'bf16', 'mixed', 'int8']).default('mixed'),
  optimizer: z.enum(['adamw', '8-bit', 'sgd-momentum']).default('adamw'),
  /** "The gradient datatype often matches the model datatype": that where nothing is said. */
  gradients: z.enum(['fp32', 'fp16']).nullish(),
  zero_stage: z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3)]).default(0),
  pipe_parallel_size: degree.default(1),
  /** "No. GPUs"; as many as a replica needs where nothing is said. */
  num_gpus: degree.nullish(),
  /** ZeRO-R. */
  partition_activations: z.boolean().default(false),
  /** "ZeRO-3 Live Params", for which the post has no number. */
  zero3_live_params: z.number().nonnegative().default(0),
});
export type TransformerMathArguments = z.input<typeof mathArguments>;
type Arguments = z.output<typeof mathArguments>;

/** "bytes/param" of the model; of mixed precision the fp32 copy counts with the optimizer. */
const MODEL_BYTES = { int8: 1, fp16: 2, bf16: 2, mixed: 2, fp32: 4 } as const;

const OPTIMIZER_BYTES = {
  adamw: 4 + 4 + 4, // "fp32 copy of parameters", "Momentum", "Variance"
  '8-bit': 4 + 1 + 1,
  'sgd-momentum': 4 + 4, // copy and momentum
} as const;

/** "In our experience this overhead is ≤ 20%": twelve tenths, so that whole numbers stay whole. */
const inferenceMemory = (model: number): number => (12 * model) / 10;

/** Bytes stored of all layers; "no sequence parallelism", "activations are stored in fp16". */
function activationMemory({ s, b, h, L, a, t, recomputation }: Arguments): number {
  const sbhL = s * b * h * L;
  switch (recomputation) {
    case 'none':
      return sbhL * (10 + 24 / t) + (5 * a * s * s * b * L) / t; // sbhL(10 + 24/t + 5as/(ht))
    case 'selective':
      return sbhL * (10 + 24 / t);
    case 'full':
      return 2 * sbhL;
  }
}

/**
 * What one GPU holds, term by term, in bytes. The post prints ZeRO's equations, those of 3D parallelism and one of ZeRO-1
 * with both; here each term has the divisor that it has there, and what ZeRO shards goes over all GPUs.
 */
export function trainingMemory(input: TransformerMathArguments) {
  const args = readArguments(mathArguments, input);
  const { params, t, pipe_parallel_size: p, zero_stage } = args;
  const num_gpus = args.num_gpus ?? t * p;
  if (args.precision === 'int8') throw new Refused('int8 is for inference');
  const modelBytes = MODEL_BYTES[args.precision];
  const gradients = args.gradients ?? (args.precision === 'fp32' ? 'fp32' : 'fp16');

  const model = modelBytes * params;
  const optimizer = OPTIMIZER_BYTES[args.optimizer] * params;
  const gradient = (gradients === 'fp32' ? 4 : 2) * params;
  const activation = activationMemory(args);
  return {
    dp_degree: num_gpus / (t * p),
    model_memory: zero_stage === 3 ? model / num_gpus : model / (p * t),
    optimizer_memory: zero_stage >= 1 ? optimizer / num_gpus : optimizer, // 3D parallelism alone: no equation for it
    gradient_memory: zero_stage >= 2 ? gradient / num_gpus : gradient / p, // not over t, as printed
    activation_memory: args.partition_activations ? activation / t : activation, // pipelines do not reduce it
    live_params_memory: zero_stage === 3 ? modelBytes * args.zero3_live_params : 0,
  };
}

/** Model memory and the heuristic of inference, of one GPU. */
export function inferenceTotals(input: TransformerMathArguments) {
  const { params, precision, pipe_parallel_size: p, t } = readArguments(mathArguments, input);
  const model_memory = (MODEL_BYTES[precision] * params) / (p * t);
  return { model_memory, total_memory_inference: inferenceMemory(model_memory) };
}

/** All of it under one roof: the answer to "will this model fit". */
export function transformerMath(input: TransformerMathArguments) {
  const { model_memory, total_memory_inference } = inferenceTotals(input);
  if (input.precision === 'int8') {
    return { model_memory, total_memory_inference, total_memory_training: refused('int8 is for inference') };
  }
  const terms = trainingMemory(input);
  const total_memory_training =
    terms.model_memory +
    terms.optimizer_memory +
    terms.activation_memory +
    terms.gradient_memory +
    terms.live_params_memory;
  return { ...terms, total_memory_training, total_memory_inference };
}

export const TRANSFORMER_MATH_ORIGINAL: Original = {
  id: 'eleuther-transformer-math',
  run: (input: Values) => transformerMath(input as TransformerMathArguments),
};
