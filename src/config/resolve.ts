/** Layers of partial configurations → one complete `RunConfig`. Later layers win: preset, then file, then flags. */
import type { z } from 'zod';
import { fail } from '../errors.ts';
import { DERIVED_KEYS } from './derived.ts';
import { type PartialConfig, partialConfigSchema, type RunConfig, runConfigSchema } from './schema.ts';
import { teacherContradictions } from './teacher.ts';

/** What holds where nothing is said: GPT-2 small, one training step of stock tfjs with Adam. */
const DEFAULTS = {
  model: {
    architecture: 'decoder',
    layers: 12,
    hiddenSize: 768,
    heads: 12,
    vocabularySize: 50257,
    positions: 'learned',
    attention: 'unfused',
    normalization: 'layer-norm',
    normalizationPlacement: 'pre',
    activation: 'gelu',
    gatedFeedForward: false,
    biases: true,
    tiedEmbedding: true,
    dropout: 0,
  },
  batch: { size: 12, sequenceLength: 1024 },
  step: {
    kind: 'training',
    optimizer: 'adam',
    precision: 'float32',
    savedTensors: 'autodiff',
    backward: 'retaining',
    checkpointing: 'none',
    gradients: 'freed',
    microBatches: 1,
    teacher: 'none',
  },
  runtime: { backend: 'tensorflow', allocator: 'bfc', memoryLimitMiB: null },
} as const;

export interface ResolveOptions {
  /** What `device: auto` means here: decided by the caller, who may look at the machine. */
  readonly autoDevice?: 'cpu' | 'gpu';
  /** Where the configuration came from, for error texts. */
  readonly origin?: string;
}

/** Merges section by section; a key of a later layer replaces that of an earlier one. */
export function mergeConfigs(...layers: readonly PartialConfig[]): PartialConfig {
  const merged: Record<string, Record<string, unknown>> = {};
  for (const layer of layers) {
    for (const [section, values] of Object.entries(layer)) {
      if (values !== undefined) merged[section] = { ...merged[section], ...values };
    }
  }
  return merged as PartialConfig;
}

/** Checks one layer from outside (a file, flags). Unknown keys and wrong values are one `E_CONFIG`, each key named. */
export function parsePartialConfig(value: unknown, origin = ''): PartialConfig {
  const parsed = partialConfigSchema.safeParse(value);
  if (!parsed.success) throw configError(parsed.error, origin);
  return parsed.data as PartialConfig;
}

/** Completes merged layers and checks what only the whole can tell (heads dividing the width, positions long enough). */
export function resolveConfig(partial: PartialConfig, options: ResolveOptions = {}): RunConfig {
  const model = withDefaults(DEFAULTS.model, partial.model);
  const batch = withDefaults(DEFAULTS.batch, partial.batch);
  const said = { model, batch };
  const whole = {
    ...model,
    keyValueHeads: model.keyValueHeads ?? DERIVED_KEYS['model.keyValueHeads'].of(said),
    headSize: model.headSize ?? DERIVED_KEYS['model.headSize'].of(said),
    feedForwardSize: model.feedForwardSize ?? DERIVED_KEYS['model.feedForwardSize'].of(said),
    maxPositions: model.maxPositions ?? DERIVED_KEYS['model.maxPositions'].of(said),
  };
  const step = withDefaults(DEFAULTS.step, partial.step);
  const teacher = { model: whole, step };
  const keyValueCache = step.keyValueCache ?? DERIVED_KEYS['step.keyValueCache'].of(teacher);
  const generation = { model, batch, step: { kind: step.kind, keyValueCache } };
  const device = partial.runtime?.device ?? 'auto';
  const backend = partial.runtime?.backend ?? DEFAULTS.runtime.backend;
  const autoDevice = backend === 'javascript' ? 'cpu' : (options.autoDevice ?? 'cpu'); // it has no other
  const candidate = {
    model: whole,
    batch: { ...batch, promptLength: batch.promptLength ?? DERIVED_KEYS['batch.promptLength'].of(generation) },
    step: {
      ...step,
      keyValueCache,
      teacherLayers: step.teacherLayers ?? DERIVED_KEYS['step.teacherLayers'].of(teacher),
      teacherHiddenSize: step.teacherHiddenSize ?? DERIVED_KEYS['step.teacherHiddenSize'].of(teacher),
      teacherHeads: step.teacherHeads ?? DERIVED_KEYS['step.teacherHeads'].of(teacher),
      teacherFeedForwardSize: step.teacherFeedForwardSize ?? DERIVED_KEYS['step.teacherFeedForwardSize'].of(teacher),
    },
    runtime: {
      ...DEFAULTS.runtime,
      ...partial.runtime,
      device: device === 'auto' ? autoDevice : device,
    },
  };
  const problems = contradictions(candidate as RunConfig, partial);
  if (problems.length > 0) {
    throw fail('E_CONFIG', { where: options.origin ? ` (${options.origin})` : '', detail: bullets(problems) });
  }
  const parsed = runConfigSchema.safeParse(candidate);
  if (!parsed.success) throw configError(parsed.error, options.origin ?? '');
  return parsed.data;
}

/** `given` over `defaults`; a key that is present but undefined counts as left out. */
function withDefaults<D extends object, G extends object>(defaults: D, given: G | undefined) {
  const said = Object.fromEntries(Object.entries(given ?? {}).filter(([, value]) => value !== undefined));
  return { ...defaults, ...said } as { [K in keyof D]: K extends keyof G ? NonNullable<G[K]> : D[K] } & Omit<
    G,
    keyof D
  >;
}

/** What no single key shows. Each line names the keys. `given` has what was said, before defaults were derived. */
export function contradictions(config: RunConfig, given: PartialConfig = config): string[] {
  const { model, batch, step, runtime } = config;
  const problems: string[] = [];
  if (given.model?.headSize === undefined && model.hiddenSize % model.heads !== 0) {
    problems.push(`model.heads = ${model.heads} does not divide model.hiddenSize = ${model.hiddenSize}`);
  }
  if (model.heads % model.keyValueHeads !== 0) {
    problems.push(`model.keyValueHeads = ${model.keyValueHeads} does not divide model.heads = ${model.heads}`);
  }
  if (model.positions === 'rotary' && model.headSize % 2 !== 0) {
    problems.push(`model.headSize = ${model.headSize} is odd, and rotary positions turn pairs`);
  }
  if (model.positions === 'learned' && model.maxPositions < batch.sequenceLength) {
    problems.push(
      `model.maxPositions = ${model.maxPositions} is less than batch.sequenceLength = ${batch.sequenceLength}`,
    );
  }
  if (batch.size % step.microBatches !== 0) {
    problems.push(`step.microBatches = ${step.microBatches} does not divide batch.size = ${batch.size}`);
  }
  problems.push(...teacherContradictions(config));
  if (runtime.device === 'cpu' && runtime.allocator === 'cuda_malloc_async') {
    problems.push('runtime.allocator = cuda_malloc_async exists on a gpu only');
  }
  if (runtime.device === 'gpu' && runtime.allocator === 'malloc') {
    problems.push('runtime.allocator = malloc exists on the cpu only');
  }
  if (runtime.device === 'gpu' && runtime.backend === 'javascript') {
    problems.push('runtime.backend = javascript runs on the cpu only');
  }
  return problems;
}

const bullets = (lines: readonly string[]): string => lines.map((line) => `  - ${line}`).join('\n');

function configError(error: z.ZodError, origin: string) {
  const lines = error.issues.map((issue) => {
    const path = issue.path.join('.') || '(whole)';
    const keys = issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key].join('.')) : [];
    return keys.length > 0 ? `unknown key: ${keys.join(', ')}` : `${path}: ${issue.message}`;
  });
  return fail('E_CONFIG', { where: origin ? ` (${origin})` : '', detail: bullets(lines) });
}
