/** `getAllComputedData` of gpu_poor (src/App.js), argument for argument, in its MiB ("MB" on the page) rounded up. */
import { z } from 'zod';
import { type Original, Refused, type Values } from '../original.ts';
import { readArguments } from './arguments.ts';
import {
  computeModelSize,
  computeModelSizeGGML,
  convertToMBModelSize,
  getDefault,
  getParseConfig,
  type ParsedConfig,
  sanityUploadedConfig,
} from './gpuPoorModel.ts';
import { CHECKPOINTED_SHARE, getActivationMemory, getGradOptMemory } from './gpuPoorTraining.ts';

const json = z.record(z.string(), z.unknown()).nullable().default(null);
/** The page hands over what was typed. */
const typed = z.union([z.number(), z.string()]);

/** `floatType` is an argument that changes nothing; the selections' defaults are the page's. */
const allArguments = z.object({
  parsedJSONData: json,
  jsonUploadedData: json,
  modelSize: typed.default(''),
  contextLen: typed,
  selections: z
    .object({
      dropdownTrnOrNot: z.string().default('inf'), // inf, inf_vLLM, inf_exL, inf_ggml, trn
      dropdownFullOrNot: z.string().default('full_trn'), // full_trn, lora_trn, qlora
      dropdownOpt: z.string().default('adam_opt'), // adam_opt, sgd_opt, no_opt
      dropdownQuant: z.string().default('no_quant'), // no_quant, bnb_int8, bnb_q4, ggml_…
    })
    .prefault({}),
  batchSize: typed.default(1),
  isGradCheckPoint: z.string().default('no'),
});
type Selections = z.infer<typeof allArguments>['selections'];

const GGML_QUANTS: readonly string[] = [
  'ggml_QK4_0',
  'ggml_QK4_1',
  'ggml_QK5_0',
  'ggml_QK5_1',
  'ggml_QK8_0',
  'ggml_QK8_1',
  'ggml_Q2_K',
  'ggml_Q3_K_L',
  'ggml_Q3_K_M',
  'ggml_QK4_K_M',
  'ggml_QK4_K_S',
  'ggml_QK5_K_M',
  'ggml_Q6_K',
];

/** "cuda + other overhead", MiB. */
export const OVERHEAD_MIB = 650;

/** Bytes of keys and values for one sequence with `inf` and `inf_vLLM`: twice what 16 bits take; ggml has half of it. */
export const keyValueBytes = ({ hiddenDim, num_layers }: ParsedConfig, contextLen: number): number =>
  2 * contextLen * 2 * 2 * hiddenDim * num_layers;

/** Bytes of the activations of one layer for one sequence in inference. */
export const inferenceActivations = ({ hiddenDim, heads }: ParsedConfig, contextLen: number) => ({
  linear: contextLen * hiddenDim * 5 * 2,
  scores: contextLen * contextLen * heads * 2,
});

const MIB = 1024 * 1024;

export const gpuPoorOriginal: Original = {
  id: 'gpu-poor',
  run(input) {
    const given = readArguments(allArguments, input);
    const { selections } = given;
    const contextLen = positiveInteger(given.contextLen, 'Context len');
    const batchSize = positiveInteger(given.batchSize === '' ? '1' : given.batchSize, 'Batch size');
    const [parsedConfig, parameters] = modelOf(given);
    const asked = { parsedConfig, parameters, selections, contextLen, batchSize };
    const parts = selections.dropdownTrnOrNot === 'trn' ? training(asked, given.isGradCheckPoint) : inference(asked);
    return {
      result: {
        Total: Math.ceil(parts.total),
        'KV Cache': Math.ceil(parts.keysAndValues),
        'Model Size': Math.ceil(parts.model),
        'Activation Memory': Math.ceil(parts.activations),
        'Grad & Optimizer memory': Math.ceil(parts.gradientsAndOptimizer),
        'cuda + other overhead': parts.overhead, // the only one that is not rounded
      },
      parsedConfig,
      model_parameters: parameters,
      unrounded_parts: { model_MiB: parts.model, ...parts.unrounded },
    };
  },
};

function positiveInteger(text: number | string, name: string): number {
  const number = Number.parseFloat(String(text));
  if (!Number.isInteger(number) || number <= 0) throw new Refused(`${name} must be a number above 0.`);
  return Number(text); // JavaScript multiplies the text itself, which is NaN where parseFloat left something out
}

/** A configuration of the hub, else an uploaded one, else a size in billions. */
function modelOf(given: z.infer<typeof allArguments>): [ParsedConfig, parameters: number] {
  if (given.parsedJSONData === null && given.jsonUploadedData === null) {
    const size = Number.parseFloat(String(given.modelSize));
    if (Number.isNaN(size) || size <= 0) throw new Refused('Enter model size (>0) or upload config.');
    const modelSize = Number(given.modelSize);
    return [getDefault(modelSize), modelSize * 1e9];
  }
  const config =
    given.parsedJSONData === null
      ? sanityUploadedConfig(given.jsonUploadedData as Values)
      : getParseConfig(given.parsedJSONData);
  return [config, computeModelSize(config)];
}

interface Asked {
  readonly parsedConfig: ParsedConfig;
  readonly parameters: number;
  readonly selections: Selections;
  readonly contextLen: number;
  readonly batchSize: number;
}

/** All in MiB but what has its unit in its name. */
interface Parts {
  readonly total: number;
  readonly keysAndValues: number;
  readonly model: number;
  readonly activations: number;
  readonly gradientsAndOptimizer: number;
  readonly overhead: number;
  readonly unrounded: Values;
}

function inference({ parsedConfig, parameters, selections, contextLen, batchSize }: Asked): Parts {
  const { dropdownTrnOrNot: framework, dropdownQuant: quant, dropdownFullOrNot: full } = selections;
  refuseInference(framework, quant);

  const isGgml = framework === 'inf_ggml';
  const model = isGgml ? computeModelSizeGGML(parsedConfig, quant) : convertToMBModelSize(parameters, quant, full);
  const { linear, scores } = inferenceActivations(parsedConfig, contextLen);
  const keysAndValues = keyValueBytes(parsedConfig, contextLen) / (isGgml ? 2 : 1);
  const isKnown = isGgml || framework === 'inf' || framework === 'inf_vLLM';
  const cache = isKnown ? batchSize * (keysAndValues / MIB) : 0;
  const activations = isKnown ? batchSize * ((linear + scores) / MIB) : 0;
  const overhead = isGgml ? OVERHEAD_MIB + 0.1 * contextLen : OVERHEAD_MIB;
  return {
    total: cache + model + overhead + activations,
    keysAndValues: cache,
    model,
    activations,
    gradientsAndOptimizer: 0,
    overhead,
    unrounded: { activation_MiB_batch_1: (linear + scores) / MIB },
  };
}

/** `checkCombinationInference`. */
function refuseInference(framework: string, quant: string): void {
  const isGgml = framework === 'inf_ggml';
  if (GGML_QUANTS.includes(quant) && !isGgml) throw new Refused('Invalid combination of inference type/quantization');
  if (quant !== 'no_quant' && framework === 'inf_vLLM') throw new Refused("vLLm doesn't support quant (maybe)");
  if (isGgml && (quant === 'bnb_int8' || quant === 'bnb_q4')) throw new Refused("ggml doesn't support bnb");
  if (isGgml && quant === 'no_quant') throw new Refused('No quant: pick vLLM/HF inference framework');
  if (framework === 'inf_exL') throw new Refused("exLlama hasn't been added yet :)");
}

function training(asked: Asked, isGradCheckPoint: string): Parts {
  const { parsedConfig, parameters, selections, contextLen, batchSize } = asked;
  const { dropdownFullOrNot: full, dropdownOpt: opt, dropdownQuant: quant } = selections;
  refuseTraining(full, quant);

  const model = convertToMBModelSize(parameters, quant, full);
  const stored = getActivationMemory(parsedConfig, contextLen, batchSize);
  const states = getGradOptMemory(full, opt, quant, parameters, parsedConfig, contextLen, batchSize);
  const activations = (stored / MIB) * (isGradCheckPoint === 'yes' ? CHECKPOINTED_SHARE : 1);
  const gradientsAndOptimizer = states / MIB;
  return {
    total: model + gradientsAndOptimizer + activations + OVERHEAD_MIB,
    keysAndValues: 0,
    model,
    activations,
    gradientsAndOptimizer,
    overhead: OVERHEAD_MIB,
    unrounded: { activation_bytes_without_checkpointing: stored, grad_and_optimizer_bytes: states },
  };
}

/** `checkCombinationTrainInference`. */
function refuseTraining(full: string, quant: string): void {
  if (full === 'full_trn' && GGML_QUANTS.includes(quant)) throw new Refused("Can't use GGML for training");
  if (full === 'qlora' && quant !== 'no_quant') throw new Refused('QLoRA is 4bit explicit: set the quant type to none');
}
