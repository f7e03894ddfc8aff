/**
 * The two functions behind the memory widget of Hugging Face's Ultra-Scale Playbook (src/memory.js of the page), argument for
 * argument: s sequence length, b micro-batch, h width, h_ff feed-forward width, a heads, L layers, v vocabulary. All in bytes.
 */
import { z } from 'zod';
import { type Original, Refused, refused } from '../original.ts';
import { readArguments } from './arguments.ts';

/** The page reads `zero` and `dp` as text and leaves it to JavaScript to make numbers of them. */
const numeric = z.union([z.number(), z.string()]).transform(Number);

export const activationArguments = z.object({
  a: z.number(),
  b: z.number(),
  h: z.number(),
  h_ff: z.number(),
  L: z.number(),
  s: z.number(),
  v: z.number(),
  tp: z.number().default(1),
  mixed: z.boolean().default(true),
  recomputation: z.string().default('none'),
  ff_activation: z.string().default('relu'),
  seq_parallel: z.boolean().default(false),
});

export const stateArguments = z.object({
  h: z.number(),
  L: z.number(),
  s: z.number(),
  v: z.number(),
  k: z.number().default(8), // "Adam: 8 = 4 bytes moments + 4 bytes variance"
  dp: numeric.default(1),
  zero: numeric.default(0),
  mixed: z.boolean().default(true),
});

/** `layer` is what each of the L layers stores; with full recomputation `layerInput` is what all of them store. */
export type ActivationMemory = (
  | { readonly layer: { readonly attention: number; readonly feedForward: number; readonly layerNorms: number } }
  | { readonly layerInput: number }
) & {
  readonly dropout: number;
  readonly layerNorm: number;
  readonly projection: number;
  readonly crossEntropy: number;
};

/** `feedForward` is NaN for an unknown activation. Throws `Refused` for an unknown recomputation. */
export function activationMemory(given: z.infer<typeof activationArguments>): ActivationMemory {
  const { a, b, h, L, s, v, tp, mixed, recomputation, seq_parallel } = given;
  if (!['none', 'selective', 'full'].includes(recomputation)) throw new Refused('Invalid recomputation value');

  const w = mixed ? 2 : 4;
  // With sequence parallelism everything is divided by tp but the scores; without it, neither norms nor dropout are.
  const divided = (bytes: number) => (seq_parallel ? bytes / tp : bytes);
  const outside = {
    dropout: divided(s * b * h), // mask of the embedding, 1 byte
    layerNorm: divided(s * b * h * w),
    projection: divided(s * b * h * w),
    crossEntropy: divided(s * b * v * 4), // fp32 in either precision
  };
  if (recomputation === 'full') return { layerInput: s * b * h * w * L, ...outside }; // never divided

  const linear = seq_parallel ? ((s * b * h) / tp) * (w * 5 + 1) : s * b * h * ((w * 4) / tp + w + 1);
  const scores = (2 * w + 1) * a * s * s * b; // softmax, its dropout mask and its dropout output
  const kept = seq_parallel ? scores : scores / tp;
  return {
    layer: {
      attention: recomputation === 'selective' ? linear : linear + kept,
      feedForward: feedForwardMemory(given, w),
      layerNorms: 2 * divided(s * b * h * w),
    },
    ...outside,
  };
}

/** Of one layer; NaN for an activation that the page does not know, where it adds an undefined value. */
function feedForwardMemory(given: z.infer<typeof activationArguments>, w: number): number {
  const { b, h, h_ff, s, tp, ff_activation, seq_parallel } = given;
  const inputs = (seq_parallel ? (s * b * h * w) / tp : s * b * h * w) + (s * b * h_ff * w) / tp; // of both linear layers
  const dropout = seq_parallel ? (s * b * h) / tp : s * b * h;
  switch (ff_activation) {
    case 'relu':
      return inputs + dropout;
    case 'gelu':
      return inputs + (s * b * h_ff * w) / tp + dropout; // its own input
    case 'swiglu':
      return inputs + (s * b * h_ff * w * 3) / tp + dropout; // its own input, and both factors of the product
    default:
      return Number.NaN;
  }
}

export interface StateMemory {
  readonly parameters: number;
  readonly gradients: number;
  readonly optimizer: number;
}

/** h(v + s) + L(12h² + 13h) + 2h, whatever the feed-forward width, gating and key-value heads. */
export const playbookParameters = (h: number, L: number, s: number, v: number): number =>
  h * (v + s) + L * (12 * h ** 2 + 13 * h) + 2 * h;

/** Parameters and gradients of w bytes, k bytes of optimizer, and an fp32 copy in mixed precision; by ZeRO over dp. */
export function paramGradsOpt({ h, L, s, v, k, dp, zero, mixed }: z.infer<typeof stateArguments>): StateMemory {
  const n = playbookParameters(h, L, s, v);
  const w = mixed ? 2 : 4;
  const optimizer = mixed ? k + 4 : k;
  return {
    parameters: zero >= 3 ? (w * n) / dp : w * n,
    gradients: zero >= 2 ? (w * n) / dp : w * n,
    optimizer: zero >= 1 ? (optimizer * n) / dp : optimizer * n,
  };
}

/** Under the names of the page's treemap; the totals are sums of its leaves, layer by layer. */
export const ultrascalePlaybookOriginal: Original = {
  id: 'ultrascale-playbook',
  run(input) {
    const both = readArguments(
      z.object({ activationMemory: activationArguments.optional(), paramGradsOpt: stateArguments.optional() }),
      input,
    );
    return {
      ...(both.activationMemory && treemapOfActivations(both.activationMemory)),
      ...(both.paramGradsOpt && treemapOfStates(both.paramGradsOpt)),
    };
  },
};

function treemapOfActivations(given: z.infer<typeof activationArguments>) {
  try {
    const memory = activationMemory(given);
    const outside = {
      Dropout: memory.dropout,
      LayerNorm: memory.layerNorm,
      Projection: memory.projection,
      'Cross Entropy': memory.crossEntropy,
    };
    if ('layerInput' in memory) {
      const leaves = { LayerInput: memory.layerInput, ...outside };
      return { activationMemory: leaves, activation_total: sum(Object.values(leaves)) };
    }
    const { attention, feedForward, layerNorms } = memory.layer;
    const layer = sum([attention, feedForward, layerNorms]);
    return {
      activationMemory: {
        layers: given.L,
        'Layer.Attention': attention,
        'Layer.Feedforward': feedForward,
        'Layer.LayerNorm': layerNorms,
        ...outside,
      },
      activation_total: sum([...Array.from({ length: given.L }, () => layer), ...Object.values(outside)]),
    };
  } catch (error) {
    if (error instanceof Refused) return { activationMemory: refused(error.message) };
    throw error;
  }
}

function treemapOfStates(given: z.infer<typeof stateArguments>) {
  const { parameters, gradients, optimizer } = paramGradsOpt(given);
  return {
    paramGradsOpt: { Parameters: parameters, Gradients: gradients, OptimizerAverages: optimizer },
    states_total: sum([parameters, gradients, optimizer]),
  };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
