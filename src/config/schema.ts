/**
 * What is measured, as data. A `RunConfig` is complete: every default filled in, nothing left to decide later.
 * Derived defaults (`headSize`, `feedForwardSize`, …) are computed in `resolve.ts`, after all layers are merged.
 */
import { z } from 'zod';

/** Above any model that exists, and low enough that every product of sizes in a formula can be told from nonsense. */
export const LARGEST_SIZE = 2 ** 31 - 1; // TensorFlow's shapes go through int32 in tfjs
export const MOST_LAYERS = 10_000;

const size = z.int().positive().max(LARGEST_SIZE);

const model = z.strictObject({
  architecture: z.enum(['decoder', 'encoder', 'encoder-decoder']),
  layers: z.int().positive().max(MOST_LAYERS),
  hiddenSize: size,
  heads: size,
  keyValueHeads: size,
  headSize: size,
  feedForwardSize: size,
  vocabularySize: size,
  maxPositions: size,
  positions: z.enum(['learned', 'sinusoidal', 'rotary', 'none']),
  /** `fused`: one kernel, as FlashAttention or PyTorch's `scaled_dot_product_attention`; scores, B · a · S², are never stored. */
  attention: z.enum(['unfused', 'fused']),
  normalization: z.enum(['layer-norm', 'rms-norm']),
  normalizationPlacement: z.enum(['pre', 'post']),
  activation: z.enum(['gelu', 'gelu-tanh', 'relu', 'silu']),
  gatedFeedForward: z.boolean(),
  biases: z.boolean(),
  tiedEmbedding: z.boolean(),
  dropout: z.number().min(0).lt(1),
});

const batch = z.strictObject({
  size,
  sequenceLength: size,
  /** Of generation: tokens that are read at once, before the others come one by one. Null where everything is read at once. */
  promptLength: size.nullable(),
});

const step = z.strictObject({
  kind: z.enum(['training', 'inference']),
  /** Of inference: keys and values of earlier tokens are kept, joined with those of each new one, or written into tensors of full length. */
  keyValueCache: z.enum(['none', 'concat', 'preallocated']),
  optimizer: z.enum(['adam', 'adamw', 'sgd', 'momentum', 'rmsprop', 'adagrad', 'adamax', 'adam-per-variable']),
  precision: z.enum([
    'float32',
    'autocast-float16',
    'autocast-bfloat16',
    'mixed-float16',
    'mixed-bfloat16',
    'float16',
    'bfloat16',
    'int8-weights',
  ]),
  savedTensors: z.enum(['autodiff', 'minimal']),
  backward: z.enum(['retaining', 'freeing']),
  checkpointing: z.enum(['none', 'block', 'sqrt', 'selective']),
  gradients: z.enum(['freed', 'kept']),
  microBatches: size,
  /** Distillation: a second, frozen model, whose probabilities are the labels. `inside`: it runs in the function that is differentiated. */
  teacher: z.enum(['none', 'outside', 'inside']),
  teacherLayers: z.int().positive().max(MOST_LAYERS).nullable(),
  teacherHiddenSize: size.nullable(),
  teacherHeads: size.nullable(),
  teacherFeedForwardSize: size.nullable(),
});

const runtime = z.strictObject({
  /** `external`: steps that another framework ran. They are read, never run. */
  backend: z.enum(['tensorflow', 'javascript', 'shapes', 'external']),
  device: z.enum(['cpu', 'gpu']),
  allocator: z.enum(['malloc', 'bfc', 'cuda_malloc_async']),
  memoryLimitMiB: size.nullable(),
});

/** Everything that decides the bytes of a step. */
export const runConfigSchema = z.strictObject({ model, batch, step, runtime });
export type RunConfig = z.infer<typeof runConfigSchema>;
export type OptimizerName = RunConfig['step']['optimizer'];

/** One layer of a configuration (a file, a preset, flags): any subset of the keys. `device` may still be `auto`. */
export const partialConfigSchema = z.strictObject({
  model: model.partial().optional(),
  batch: batch.partial().optional(),
  step: step.partial().optional(),
  runtime: runtime
    .extend({ device: z.enum(['auto', 'cpu', 'gpu']) })
    .partial()
    .optional(),
});
export type PartialConfig = z.infer<typeof partialConfigSchema>;

/** Dotted paths of every configuration key, in schema order: the configuration columns of the CSV files. */
export const CONFIG_PATHS: readonly string[] = Object.entries(runConfigSchema.shape).flatMap(([section, shape]) =>
  Object.keys(shape.shape).map((key) => `${section}.${key}`),
);

/** The value at a dotted path of `CONFIG_PATHS`. */
export function valueAt(config: RunConfig | PartialConfig, path: string): string | number | boolean | null | undefined {
  const [section, key] = SPLIT_PATHS.get(path) ?? split(path);
  const values = (config as Record<string, Record<string, string | number | boolean | null> | undefined>)[section];
  return values?.[key];
}

function split(path: string): readonly [section: string, key: string] {
  const [section = '', key = ''] = path.split('.');
  return [section, key];
}

/** Split once: whether assumptions hold is asked millions of times. */
const SPLIT_PATHS: ReadonlyMap<string, readonly [string, string]> = new Map(
  CONFIG_PATHS.map((path) => [path, split(path)]),
);
