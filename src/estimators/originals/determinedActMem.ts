/**
 * The tensors that PyTorch saves for backward in Determined AI's MLP, attention and block ("act-mem-2"), storage by storage. Of the MLP
 * the source has the formula as a unit test; of the other two it has the layers, and what they save is what PyTorch 2.15 was seen to save.
 */
import { z } from 'zod';
import { type Original, Refused } from '../original.ts';
import { readArguments } from './arguments.ts';

export type FloatType = 'float32' | 'bfloat16' | 'float16';
const BYTES: Readonly<Record<FloatType, number>> = { float32: 4, bfloat16: 2, float16: 2 };

/** `ZERO_MEM_ACT_FNS`: their derivative follows from their output, which the second linear layer saves. */
const OUTPUT_SUFFICES = ['ReLU', 'Sigmoid', 'Tanh', 'LeakyReLU(inplace)'] as const;
/** The rest of `ALL_ACT_FNS`: they save their input. */
const INPUT_SAVED = [
  'ELU',
  'GELU',
  'Hardshrink',
  'Hardsigmoid',
  'Hardswish',
  'Hardtanh',
  'LeakyReLU',
  'SELU',
  'SiLU',
] as const;
export type ActivationFunction = (typeof OUTPUT_SUFFICES | typeof INPUT_SAVED)[number];

const EXPANSION_FACTOR = 4;

/** What all three layers are given. */
export interface LayerSetting {
  readonly batch_size: number;
  readonly seq_len: number;
  readonly d_model: number;
  /** Of inputs and parameters. */
  readonly dtype: FloatType;
  /** What `torch.autocast` computes products in; null without it. */
  readonly autocast: Exclude<FloatType, 'float32'> | null;
  readonly device: 'cpu' | 'cuda';
}

export interface Storage {
  readonly dtype: FloatType;
  readonly bytes: number;
}

/** The tensors of the MLP by the names of the source's test. Bytes. */
export interface MlpMemory {
  readonly first_lin_input_mem: number;
  readonly second_lin_input_mem: number;
  readonly activation_input_mem: number;
  readonly dropout_act_mem: number;
  /** 16-bit copies of both weights, under autocast only. */
  readonly amp_weight_mem: number;
}

/** `test_mlp` and `test_mlp_amp`. */
export function mlpMemory(setting: LayerSetting, act_fn: ActivationFunction, dropout_prob: number | null): MlpMemory {
  const elements = elementsOf(setting);
  const width = BYTES[computedIn(setting)];
  const first_lin_input_mem = elements * width;
  const second_lin_input_mem = EXPANSION_FACTOR * first_lin_input_mem;
  return {
    first_lin_input_mem,
    second_lin_input_mem,
    activation_input_mem: (INPUT_SAVED as readonly string[]).includes(act_fn) ? second_lin_input_mem : 0,
    dropout_act_mem: dropout_prob ? elements * (setting.device === 'cpu' ? width : 1) : 0, // noise, or a mask of bytes
    amp_weight_mem: casts(setting) ? 2 * EXPANSION_FACTOR * setting.d_model ** 2 * width : 0,
  };
}

function mlpStorages(setting: LayerSetting, act_fn: ActivationFunction, dropout_prob: number | null): Storage[] {
  const dtype = computedIn(setting);
  const { amp_weight_mem, ...tensors } = mlpMemory(setting, act_fn, dropout_prob);
  return [...Object.values(tensors), amp_weight_mem / 2, amp_weight_mem / 2].map((bytes) => ({ dtype, bytes }));
}

/** One packed tensor of queries, keys and values; the scores are not kept, only the logarithm of their sum. */
export function attentionStorages(setting: LayerSetting & { readonly n_heads: number }): Storage[] {
  const { batch_size, seq_len, d_model, n_heads } = setting;
  const dtype = computedIn(setting);
  const input = elementsOf(setting) * BYTES[dtype];
  const copy = casts(setting) ? d_model ** 2 * BYTES[dtype] : 0;
  return [
    { dtype, bytes: input }, // of the product for queries, keys and values
    { dtype, bytes: 3 * input }, // queries, keys, values
    { dtype, bytes: input }, // the weighted values: what attention gives, and the input of the output projection
    { dtype: 'float32', bytes: batch_size * n_heads * seq_len * BYTES.float32 },
    { dtype, bytes: 3 * copy }, // of lin_qkv's weight
    { dtype, bytes: copy }, // of lin_out's weight
  ];
}

/** Input, mean and 1/std of both norms; they stay in the width of the parameters. */
export function normStorages(setting: LayerSetting): Storage[] {
  const { dtype } = setting;
  const statistics = { dtype, bytes: setting.batch_size * setting.seq_len * BYTES[dtype] };
  const norm = [{ dtype, bytes: elementsOf(setting) * BYTES[dtype] }, statistics, statistics];
  return [...norm, ...norm];
}

const elementsOf = ({ batch_size, seq_len, d_model }: LayerSetting) => batch_size * seq_len * d_model;
const computedIn = ({ dtype, autocast }: LayerSetting): FloatType => autocast ?? dtype;
/** Weights in 32 bits are copied by autocast, and the copies are saved. */
const casts = ({ dtype, autocast }: LayerSetting) => autocast !== null && autocast !== dtype;

/** `SavedTensorContext.saved_tensor_mem`. Bytes. */
export const savedTensorMem = (storages: readonly Storage[]): number =>
  storages.reduce((sum, { bytes }) => sum + bytes, 0);

const floatType = z.enum(['float32', 'bfloat16', 'float16']);
const size = z.int().positive();
const setting = {
  batch_size: size,
  seq_len: size,
  d_model: size,
  dtype: floatType.default('float32'),
  autocast: z.enum(['bfloat16', 'float16']).nullable().default(null),
  device: z.enum(['cpu', 'cuda']).default('cpu'),
};
const mlpFields = {
  act_fn: z.enum([...OUTPUT_SUFFICES, ...INPUT_SAVED]),
  dropout_prob: z.number().min(0).max(1).nullable().default(null),
};
const layerSchema = z.discriminatedUnion('layer', [
  z.object({ layer: z.literal('MLP'), ...setting, ...mlpFields }),
  z.object({ layer: z.literal('Attention'), ...setting, n_heads: size }),
  z.object({ layer: z.literal('Block'), ...setting, n_heads: size, ...mlpFields }),
]);

export const DETERMINED: Original = {
  id: 'determined-act-mem-2',
  run(input) {
    const given = readArguments(layerSchema, input);
    if (given.layer === 'MLP') {
      const memory = mlpMemory(given, given.act_fn, given.dropout_prob);
      const expected_mem = Object.values(memory).reduce((sum, bytes) => sum + bytes, 0);
      // The test asserts that what is saved is what is expected.
      const storages = mlpStorages(given, given.act_fn, given.dropout_prob);
      return { ...memory, expected_mem, upstream_assertion_holds: true, ...totals(storages) };
    }
    if (given.d_model % given.n_heads !== 0) throw new Refused('n_heads must divide d_model evenly');
    if (given.device === 'cuda') throw new Refused('which kernel attention takes on CUDA is not known');
    const attention = attentionStorages(given);
    if (given.layer === 'Attention') return totals(attention);
    return totals([...normStorages(given), ...attention, ...mlpStorages(given, given.act_fn, given.dropout_prob)]);
  },
};

/** `distinct_storages`: how many there are of a type and size. */
function totals(storages: readonly Storage[]) {
  const distinct_storages: Record<string, number> = {};
  for (const { dtype, bytes } of storages) {
    if (bytes === 0) continue;
    const key = `${dtype}:${bytes}`;
    distinct_storages[key] = (distinct_storages[key] ?? 0) + 1;
  }
  return { saved_tensor_mem: savedTensorMem(storages), distinct_storages };
}
