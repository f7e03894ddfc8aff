/** accelerate's `estimate-memory`: sizes of an instantiated model, and "training using Adam" from its size alone. */
import { z } from 'zod';
import type { Original } from '../original.ts';
import { readArguments } from './arguments.ts';
import type { Module } from './moduleTree.ts';
import { instantiate } from './transformers/models.ts';

const FP32_BYTES = 4;

/** Bytes; −1 where the program says "N/A". */
export interface TrainingUsage {
  readonly model: number;
  readonly optimizer: number;
  readonly gradients: number;
  readonly step: number;
}

const NOT_AVAILABLE: TrainingUsage = { model: -1, optimizer: -1, gradients: -1, step: -1 };

/** `estimate_training_usage`: `bytes` is the model's size in fp32. */
export function estimateTrainingUsage(
  bytes: number,
  mixed_precision: string,
  msamp_config: string | null = null,
): TrainingUsage {
  const fp32_size = bytes;
  const fp16_size = Math.floor(bytes / 2);
  switch (mixed_precision) {
    case 'float32':
      return { model: fp32_size, optimizer: 2 * fp32_size, gradients: fp32_size, step: 4 * fp32_size };
    case 'fp8':
      return msamp_config === null ? mixed(fp32_size, fp16_size) : NOT_AVAILABLE;
    case 'float16':
    case 'bfloat16':
      return mixed(fp32_size, fp16_size);
    default:
      return NOT_AVAILABLE;
  }
}

/** "1.5 from weight gradient + computation (GEMM)", "2x from optimizer states", and a step that is the optimizer's. */
const mixed = (fp32_size: number, fp16_size: number): TrainingUsage => ({
  model: fp32_size,
  optimizer: 2 * fp32_size,
  gradients: fp32_size + fp16_size,
  step: 2 * fp32_size,
});

/** The one training figure that the command prints: the largest of the four, not their sum. */
export const printedTraining = (usage: TrainingUsage): number | 'N/A' => {
  const largest = Math.max(...Object.values(usage));
  return largest === -1 ? 'N/A' : largest;
};

export interface ModelSizes {
  readonly totalBytes: number;
  readonly parameters: number;
  readonly bufferBytes: number;
  readonly largestLayerBytes: number;
  readonly largestLayerNames: readonly string[];
}

/** `calculate_maximum_sizes`: parameters and buffers, and the largest module that has no children or is not split. */
export function maximumSizes(model: Module): ModelSizes {
  const { parameters, bufferBytes } = contents(model);
  let largestLayerBytes = 0;
  let largestLayerNames: string[] = [];
  for (const [name, layer] of layersOf(model, '')) {
    const own = contents(layer);
    const bytes = FP32_BYTES * own.parameters + own.bufferBytes;
    if (bytes > largestLayerBytes) {
      largestLayerBytes = bytes;
      largestLayerNames = [name];
    } else if (bytes === largestLayerBytes) largestLayerNames.push(name);
  }
  const totalBytes = FP32_BYTES * parameters + bufferBytes;
  return { totalBytes, parameters, bufferBytes, largestLayerBytes, largestLayerNames };
}

function contents({ parameters, bufferBytes, children }: Module): { parameters: number; bufferBytes: number } {
  const inside = children.map(contents);
  return {
    parameters: inside.reduce((sum, child) => sum + child.parameters, parameters),
    bufferBytes: inside.reduce((sum, child) => sum + child.bufferBytes, bufferBytes),
  };
}

/** Modules without children or that are not split, with their dotted names, depth first. What a split module owns itself is none. */
function* layersOf(module: Module, prefix: string): Iterable<readonly [name: string, module: Module]> {
  for (const child of module.children) {
    const name = prefix === '' ? child.name : `${prefix}.${child.name}`;
    if (child.whole || child.children.length === 0) yield [name, child];
    else yield* layersOf(child, name);
  }
}

/** What a size in fp32 is divided by, buffers included; other types are not divided. */
const DIVISOR: ReadonlyMap<string, number> = new Map([
  ['float16', 2],
  ['int8', 4],
  ['int4', 8],
]);

/** One line of the command's table, in bytes. */
export interface Row {
  readonly largest_layer: number;
  readonly total_size: number;
  readonly training: TrainingUsage;
  readonly printed_training: number | 'N/A';
}

/** The rows of `gather_data`, by type. */
export const rowsOf = (sizes: ModelSizes, dtypes: readonly string[]): Readonly<Record<string, Row>> =>
  Object.fromEntries(
    dtypes.map((dtype) => {
      const training = estimateTrainingUsage(sizes.totalBytes, dtype);
      const divisor = DIVISOR.get(dtype) ?? 1;
      const row: Row = {
        largest_layer: sizes.largestLayerBytes / divisor,
        total_size: sizes.totalBytes / divisor,
        training,
        printed_training: printedTraining(training),
      };
      return [dtype, row];
    }),
  );

const gatherSchema = z.object({
  constructor: z.string(),
  config: z.looseObject({ model_type: z.string() }),
  dtypes: z.array(z.string()).default(['float32', 'float16', 'int8', 'int4']),
});

const trainingSchema = z.object({
  function: z.literal('estimate_training_usage'),
  bytes: z.number(),
  mixed_precision: z.string(),
  msamp_config: z.string().nullable().default(null),
});

/** A list of names is cut after four, and their count stands beside it. */
const NAMES_SHOWN = 4;

export const ACCELERATE: Original = {
  id: 'accelerate-estimate-memory',
  run(input) {
    if (Object.hasOwn(input, 'function')) {
      const { bytes, mixed_precision, msamp_config } = readArguments(trainingSchema, input);
      return { ...estimateTrainingUsage(bytes, mixed_precision, msamp_config) };
    }
    const { constructor: autoClass, config, dtypes } = readArguments(gatherSchema, input);
    const sizes = maximumSizes(instantiate(autoClass, config));
    return {
      total_size_fp32: sizes.totalBytes,
      largest_layer_fp32: sizes.largestLayerBytes,
      largest_layer_names: sizes.largestLayerNames.slice(0, NAMES_SHOWN),
      largest_layer_count: sizes.largestLayerNames.length,
      parameters: sizes.parameters,
      buffer_bytes: sizes.bufferBytes,
      rows: rowsOf(sizes, dtypes),
    };
  },
};
