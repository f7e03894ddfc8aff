/** The estimate behind vram.asmirnov.xyz (app/_lib/index.ts), argument for argument; its enums by the names of their members. */
import { z } from 'zod';
import type { Original } from '../original.ts';
import { readArguments } from './arguments.ts';

const precision = z.enum(['full', 'mixed', 'half']);

export const modelArguments = z.object({
  /** In billions (10⁹), typed in by the user: it does not follow from the sizes. */
  numParams: z.number(),
  hiddenSize: z.number(),
  vocabSize: z.number(),
  numAttentionHeads: z.number(),
  numKeyValueHeads: z.number(),
  intermediateSize: z.number(),
  numLayers: z.number(),
});

/** The defaults are those of the page (app/configurations.ts). */
export const runArguments = z.object({
  isTraining: z.boolean().default(true),
  inferencePrecision: precision.default('half'),
  trainingPrecision: precision.default('mixed'),
  optimizer: z.enum(['Adam', 'SGD']).default('SGD'),
  optimizerSGDMomentum: z.boolean().default(true),
  sequenceLength: z.number().default(512),
  batchSize: z.number().default(4),
  numGPUs: z.number().default(1),
  isFSDP: z.boolean().default(true),
  isInferenceModelParallelism: z.boolean().default(true),
});

const bothArguments = z.object({ modelConfig: modelArguments, runConfig: runArguments });
export type VramArguments = z.infer<typeof bothArguments>;

/** Bytes before rounding; what the original leaves undefined is left out. */
export interface VramEstimate {
  readonly cudaKernels: number;
  readonly parameters: number;
  readonly outputs: number;
  readonly activations: number;
  readonly gradients?: number;
  readonly firstMoments?: number;
  readonly secondMoments?: number;
}

/** `estimateResult` without its rounding. */
export function estimateBytes(given: VramArguments): VramEstimate {
  const { numParams, vocabSize, numLayers } = given.modelConfig;
  const { isTraining, optimizer, optimizerSGDMomentum, batchSize, sequenceLength, numGPUs } = given.runConfig;
  const isParallel = isTraining ? given.runConfig.isFSDP : given.runConfig.isInferenceModelParallelism;
  const gpuDivisor = numGPUs > 1 && isParallel ? numGPUs : 1;
  const perParameter = (bytes: number) => (bytes * numParams * 10 ** 9) / gpuDivisor;

  const { attention, mlp, layerNorms } = layerActivations(given);
  const layer = attention + mlp + layerNorms;
  return {
    cudaKernels: 1000 * 2 ** 20, // "it allocates between 300 MiB and 2 GiB of VRAM"
    parameters: perParameter(bytesPerParameter(given.runConfig)),
    // fp32 in any precision; in training the probabilities beside the logits
    outputs: 4 * batchSize * sequenceLength * vocabSize * (isTraining ? 2 : 1),
    activations: isTraining ? layer * numLayers : layer,
    ...(isTraining && {
      gradients: perParameter(4),
      ...((optimizer === 'Adam' || optimizerSGDMomentum) && { firstMoments: perParameter(4) }),
      ...(optimizer === 'Adam' && { secondMoments: perParameter(4) }),
    }),
  };
}

/** In mixed precision "parameters are stored in both full precision and half precision". */
function bytesPerParameter({ isTraining, trainingPrecision, inferencePrecision }: VramArguments['runConfig']): number {
  if (isTraining) return trainingPrecision === 'mixed' ? 6 : 4;
  return inferencePrecision === 'full' ? 4 : 2;
}

/** What one layer stores, "based on" Korthikanti et al. 2022; in inference with the dropout masks, too. */
export function layerActivations({ modelConfig, runConfig }: VramArguments) {
  const { hiddenSize, numAttentionHeads, numKeyValueHeads, intermediateSize } = modelConfig;
  const { batchSize, sequenceLength, isTraining, trainingPrecision, inferencePrecision } = runConfig;
  const isHalf = isTraining ? trainingPrecision === 'mixed' : inferencePrecision !== 'full';
  const w = isHalf ? 2 : 4;
  const headDim = hiddenSize / numAttentionHeads;

  const input = w * batchSize * sequenceLength * hiddenSize; // of attention, of the MLP, of a norm
  const keysOrValues = w * batchSize * sequenceLength * headDim * numKeyValueHeads;
  const queries = w * batchSize * sequenceLength * headDim * numAttentionHeads;
  const outProjInput = w * batchSize * sequenceLength * numAttentionHeads * headDim;
  const softmaxOutput = w * batchSize * numAttentionHeads * sequenceLength ** 2; // its dropout output is as large
  const softmaxDropoutMask = batchSize * numAttentionHeads * sequenceLength ** 2; // 1 byte
  const dropoutMask = batchSize * sequenceLength * hiddenSize; // 1 byte
  const wide = w * batchSize * sequenceLength * intermediateSize; // input of the activation, of the second linear layer
  return {
    // biome-ignore format: one line per group of terms, in the original's order
    attention:
      input + queries + keysOrValues + softmaxOutput + keysOrValues + outProjInput +
      softmaxDropoutMask + softmaxOutput + dropoutMask,
    mlp: input + wide + wide + dropoutMask,
    layerNorms: input * 2,
  };
}

const DIGITS = { MiB: 0, GiB: 3 } as const;
const DIVISORS = { MiB: 2 ** 20, GiB: 2 ** 30 } as const;
type Unit = keyof typeof DIGITS;

const round = (value: number, unit: Unit): number => Number(value.toFixed(DIGITS[unit]));

type Rounded = Readonly<Partial<Record<keyof VramEstimate, number>>>;

/** `estimateResult`: each part in `unit`, to whole MiB or to a thousandth of a GiB. */
function estimateResult(estimate: VramEstimate, unit: Unit): Rounded {
  return Object.fromEntries(
    Object.entries(estimate).map(([name, bytes]) => [name, round(bytes / DIVISORS[unit], unit)]),
  );
}

/** The sum of the ROUNDED parts; the outputs are on the first GPU only. */
function getTotalUsagePerGPU(parts: Rounded, unit: Unit, isFirst: boolean): number {
  const { cudaKernels = 0, parameters = 0, outputs = 0, activations = 0 } = parts;
  const { gradients = 0, firstMoments = 0, secondMoments = 0 } = parts;
  const shown = isFirst ? outputs : 0;
  return round(cudaKernels + parameters + shown + activations + gradients + firstMoments + secondMoments, unit);
}

export const vramCalculatorOriginal: Original = {
  id: 'vram-calculator',
  run(input) {
    const bytes = estimateBytes(readArguments(bothArguments, input));
    const inMiB = estimateResult(bytes, 'MiB');
    const inGiB = estimateResult(bytes, 'GiB');
    return {
      bytes,
      rounded_MiB: inMiB,
      rounded_GiB: inGiB,
      total_first_gpu_MiB: getTotalUsagePerGPU(inMiB, 'MiB', true),
      total_other_gpus_MiB: getTotalUsagePerGPU(inMiB, 'MiB', false),
      total_first_gpu_GiB: getTotalUsagePerGPU(inGiB, 'GiB', true),
      total_other_gpus_GiB: getTotalUsagePerGPU(inGiB, 'GiB', false),
    };
  },
};
