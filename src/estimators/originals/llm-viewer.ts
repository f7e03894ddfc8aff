/** LLM-Viewer's `ModelAnalyzer.analyze`, and `get_model_graph` around it, for memory. */
import { z } from 'zod';
import { type Original, Refused, type Values } from '../original.ts';
import { readArguments } from './arguments.ts';
import { onchipBuffer, readModel, type ViewerModel } from './llmViewerModels.ts';
import {
  headOperators,
  layerOperators,
  type Operator,
  type Operators,
  type Stage,
  type Work,
} from './llmViewerOperators.ts';

const analyzeArguments = z.strictObject({
  seqlen: z.number().positive(),
  batchsize: z.number().positive(),
  w_bit: z.number().default(16),
  a_bit: z.number().default(16),
  kv_bit: z.number().nullable().default(null), // that of activations
  use_flashattention: z.unknown().transform(Boolean).default(false),
  kv_token_ratio: z.unknown().optional(), // "use this for KV compression", and never read
});
/** What a caller may say. */
export type AnalyzeInput = z.input<typeof analyzeArguments>;

/** By the original's names; what is moved is called `total_` here, apart from memory. */
type Totals = Readonly<
  Record<
    | 'memory_consumption'
    | 'memory_consumption_tmp_act'
    | 'memory_consumption_weight'
    | 'memory_consumption_kv_cache'
    | `total_${keyof Operator}`,
    number
  >
>;

/** Bytes of one stage: sums over all layers and the head, and memory. */
export interface StageResult {
  readonly totals: Totals;
  /** Of one layer, and the head. */
  readonly operators: Operators;
}

/** Throws `Refused` where the original fails. */
export function analyze(model: ViewerModel, hardware: string, given: Values): Readonly<Record<Stage, StageResult>> {
  const resultOf = analyzer(model, hardware, given);
  return { prefill: resultOf('prefill'), decode: resultOf('decode') };
}

/** The same of prefill alone, for who asks for thousands of models. */
export const analyzePrefill = (model: ViewerModel, hardware: string, given: Values): StageResult =>
  analyzer(model, hardware, given)('prefill');

function analyzer(model: ViewerModel, hardware: string, given: Values): (stage: Stage) => StageResult {
  const args = readArguments(analyzeArguments, given);
  const { batchsize, seqlen, w_bit, a_bit } = args;
  const kv_bit = args.kv_bit ?? a_bit;
  const buffer = onchipBuffer(hardware, Math.max(w_bit, a_bit, kv_bit));
  const work: Work = {
    batchsize,
    seqlen,
    w_byte: w_bit / 8,
    a_byte: a_bit / 8,
    kv_byte: kv_bit / 8,
    onchipBuffer: args.use_flashattention ? buffer : null,
  };
  const head = headOperators(model, work);
  const prefill = layerOperators(model, work, 'prefill');

  // Weights and cache are those of prefill in both, of the layers alone; temporaries are those of one layer, all at once.
  const weight = sum(prefill, 'load_weight', model.layers);
  const cache = sum(prefill, 'store_kv_cache', model.layers);
  return (stage) => {
    const operators = stage === 'prefill' ? prefill : layerOperators(model, work, stage);
    const temporary = sum(operators, 'store_act');
    const moved = (key: keyof Operator) => sum(operators, key, model.layers) + sum(head, key);
    return {
      totals: {
        memory_consumption: temporary + (weight + cache),
        memory_consumption_tmp_act: temporary,
        memory_consumption_weight: weight,
        memory_consumption_kv_cache: cache,
        total_load_weight: moved('load_weight'),
        total_load_act: moved('load_act'),
        total_store_act: moved('store_act'),
        total_load_kv_cache: moved('load_kv_cache'),
        total_store_kv_cache: moved('store_kv_cache'),
      },
      operators: { ...operators, ...head },
    };
  };
}

const sum = (operators: Operators, key: keyof Operator, layers = 1): number =>
  Object.values(operators).reduce((total, operator) => total + operator[key] * layers, 0);

/** Python's `int()` of what a form sends. */
const integer = z
  .union([z.number(), z.string().regex(/^\s*[+-]?\d+\s*$/), z.boolean()])
  .transform((value) => Math.trunc(Number(value)));

const inferenceConfig = z.object({
  stage: z.enum(['prefill', 'decode', 'chat']),
  w_quant: z.string(),
  a_quant: z.string(),
  kv_quant: z.string(),
  seq_length: integer,
  batch_size: integer,
  use_flashattention: z.unknown().transform(Boolean),
  gen_length: integer,
});

const NAMED_BITS: ReadonlyMap<string, number> = new Map([
  ['FP16', 16],
  ['INT8', 8],
  ['INT4', 4],
]);

/** `FP16`, `INT8`, `INT4`, or any number of bits: `6bit`. */
function quantBits(dtype: string): number {
  const named = NAMED_BITS.get(dtype);
  if (named !== undefined) return named;
  const digits = dtype.includes('bit') ? /\d+/.exec(dtype)?.[0] : undefined;
  if (digits === undefined) throw new Refused(`Unsupported dtype:${dtype}`);
  return Number(digits);
}

/** The totals of each stage. Those of a chat are prefill's and decode's of every new token added, memory as well, and are prefill's too. */
function modelGraph(model: ViewerModel, hardware: string, given: Values): Readonly<Record<string, Totals>> {
  const config = readArguments(inferenceConfig, given);
  if (config.use_flashattention && model.flashGraphBroken)
    throw new Refused('the graph with flash attention names operators that were not analysed');
  const at = (seqlen: number) =>
    analyze(model, hardware, {
      seqlen,
      batchsize: config.batch_size,
      w_bit: quantBits(config.w_quant),
      a_bit: quantBits(config.a_quant),
      kv_bit: quantBits(config.kv_quant),
      use_flashattention: config.use_flashattention,
    });
  const { prefill, decode } = at(config.seq_length);
  if (config.stage !== 'chat') return { prefill: prefill.totals, decode: decode.totals };

  const chat: { -readonly [key in keyof Totals]: number } = { ...prefill.totals };
  const lengths = sampledLengths(config.seq_length, config.gen_length);
  for (const length of lengths) {
    const token = at(length).decode.totals;
    for (const key of Object.keys(chat) as (keyof Totals)[])
      chat[key] += (token[key] * config.gen_length) / lengths.length;
  }
  return { prefill: chat, decode: decode.totals, chat };
}

/** At most ten lengths of the cache, evenly from the first new token to the last: fractions where ten do not divide them. */
function sampledLengths(prompt: number, generated: number): number[] {
  if (generated < 0) throw new Refused('Number of samples must be non-negative');
  const count = Math.min(10, generated);
  const step = (generated - 1) / Math.max(count - 1, 1);
  return Array.from({ length: count }, (_, index) =>
    index === count - 1 ? prompt + generated : index * step + (prompt + 1),
  );
}

const inputSchema = z.looseObject({
  config_file: z.string(),
  hardware: z.string(),
  model_params: z.record(z.string(), z.unknown()),
  inference_config: z.record(z.string(), z.unknown()).optional(),
});

export const llmViewerOriginal: Original = {
  id: 'llm-viewer',

  run(input) {
    const { config_file, hardware, model_params, inference_config, ...args } = readArguments(inputSchema, input);
    const model = readModel(config_file, model_params);
    if (inference_config !== undefined) return modelGraph(model, hardware, inference_config);
    const { prefill, decode } = analyze(model, hardware, args);
    return {
      prefill: { ...prefill.totals, per_op: prefill.operators },
      decode: { ...decode.totals, per_op: decode.operators },
    };
  },
};
