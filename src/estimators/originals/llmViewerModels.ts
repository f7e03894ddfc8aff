/** How LLM-Viewer reads a model: its `configs/*.py` at 472f71f, each with the attribute names of one family. */
import { z } from 'zod';
import { Refused } from '../original.ts';
import { readArguments } from './arguments.ts';

export interface ViewerModel {
  readonly hiddenSize: number;
  readonly heads: number;
  readonly keyValueHeads: number;
  readonly layers: number;
  readonly intermediateSize: number;
  /** Null: there is no head after the layers. */
  readonly vocabularySize: number | null;
  /** All but one list a gate, also for models that have none. */
  readonly gated: boolean;
  readonly norms: readonly string[];
  /** The graph that is drawn with flash attention names operators that were never analysed. */
  readonly flashGraphBroken: boolean;
}

const size = z.number().positive();
const BOTH_NORMS = ['attn_norm', 'mlp_norm'];
const USUAL = { gated: true, norms: BOTH_NORMS, flashGraphBroken: false };

type Fields = Readonly<Record<string, unknown>>;

/** A reader of the attributes that one file asks for; others are not looked at. */
function reader<T extends z.ZodRawShape>(shape: T, model: (params: z.output<z.ZodObject<T>>) => ViewerModel) {
  const schema = z.object(shape) as unknown as z.ZodType<z.output<z.ZodObject<T>>>; // once: zod compiles it at its first use
  return (params: Fields): ViewerModel => model(readArguments(schema, params));
}

const FILES: Readonly<Record<string, (params: Fields) => ViewerModel>> = {
  'configs/Llama.py': reader(
    {
      num_attention_heads: size,
      hidden_size: size,
      num_key_value_heads: size,
      num_hidden_layers: size,
      intermediate_size: size,
      vocab_size: size,
    },
    (params) => ({
      ...USUAL,
      hiddenSize: params.hidden_size,
      heads: params.num_attention_heads,
      keyValueHeads: params.num_key_value_heads,
      layers: params.num_hidden_layers,
      intermediateSize: params.intermediate_size,
      vocabularySize: params.vocab_size,
    }),
  ),
  'configs/opt.py': reader(
    { num_attention_heads: size, hidden_size: size, num_hidden_layers: size, ffn_dim: size, vocab_size: size },
    (params) => ({
      ...USUAL,
      hiddenSize: params.hidden_size,
      heads: params.num_attention_heads,
      keyValueHeads: params.num_attention_heads,
      layers: params.num_hidden_layers,
      intermediateSize: params.ffn_dim,
      vocabularySize: params.vocab_size,
    }),
  ),
  'configs/gpt-j-6B.py': reader(
    { num_attention_heads: size, n_embd: size, num_hidden_layers: size, vocab_size: size },
    (params) => ({
      hiddenSize: params.n_embd,
      heads: params.num_attention_heads,
      keyValueHeads: params.num_attention_heads,
      layers: params.num_hidden_layers,
      intermediateSize: 16384, // whatever the model's
      vocabularySize: params.vocab_size,
      gated: false,
      norms: ['attn_norm'],
      flashGraphBroken: true,
    }),
  ),
  'configs/chatglm3.py': reader(
    {
      num_attention_heads: size,
      hidden_size: size,
      multi_query_attention: z.union([z.boolean(), z.number()]),
      multi_query_group_num: size.optional(),
      num_layers: size,
      ffn_hidden_size: size,
      padded_vocab_size: size,
    },
    (params) => ({
      ...USUAL,
      hiddenSize: params.hidden_size,
      heads: params.num_attention_heads,
      keyValueHeads: params.multi_query_attention ? groups(params.multi_query_group_num) : params.num_attention_heads,
      layers: params.num_layers,
      intermediateSize: params.ffn_hidden_size,
      vocabularySize: params.padded_vocab_size,
    }),
  ),
  'configs/DiT.py': reader(
    { num_heads: size, hidden_size: size, depth: size, mlp_ratio: size.default(4) },
    (params) => ({
      ...USUAL,
      hiddenSize: params.hidden_size,
      heads: params.num_heads,
      keyValueHeads: params.num_heads,
      layers: params.depth,
      intermediateSize: params.hidden_size * params.mlp_ratio,
      vocabularySize: null,
    }),
  ),
};

function groups(given: number | undefined): number {
  if (given === undefined) throw new Refused('multi_query_attention without multi_query_group_num');
  return given;
}

/** Throws `Refused` for a file that is not shipped, and where an attribute that it asks for is missing. */
export function readModel(configFile: string, params: Fields): ViewerModel {
  const read = Object.hasOwn(FILES, configFile) ? FILES[configFile] : undefined;
  if (read === undefined) throw new Refused(`${configFile}: no such config file`);
  return read(params);
}

interface Hardware {
  readonly onchip_buffer: number;
  /** Has a peak for 8-bit operands. */
  readonly int8: boolean;
}

/** Bytes on chip, which decide how often flash attention loads keys and values (hardwares/hardware_params.py). */
const HARDWARE: Readonly<Record<string, Hardware>> = {
  nvidia_V100: { onchip_buffer: 20480e3, int8: true },
  nvidia_A6000: { onchip_buffer: 21504e3, int8: true },
  nvidia_A100: { onchip_buffer: 27648e3, int8: true },
  nvidia_A100_40G: { onchip_buffer: 27648e3, int8: true },
  nvidia_A100_80G: { onchip_buffer: 27648e3, int8: true },
  nvidia_A800_80G_SXM: { onchip_buffer: 27648e3, int8: true },
  nvidia_A40: { onchip_buffer: 21504e3, int8: true },
  nvidia_H100: { onchip_buffer: 33792e3, int8: true },
  nvidia_H100_SXM: { onchip_buffer: 33792e3, int8: true },
  nvidia_H100_PCIe: { onchip_buffer: 29184e3, int8: true },
  nvidia_L40: { onchip_buffer: 36352e3, int8: true },
  intel_13900k: { onchip_buffer: 36e6, int8: false },
};

/** Throws `Refused` for hardware that is not shipped, or that has no peak for operands of `bits` and narrower. */
export function onchipBuffer(name: string, bits: number): number {
  const hardware = Object.hasOwn(HARDWARE, name) ? HARDWARE[name] : undefined;
  if (hardware === undefined) throw new Refused(`${name}: no such hardware`);
  if (bits <= 8 && !hardware.int8) throw new Refused(`${name} has no INT8`);
  return hardware.onchip_buffer;
}
