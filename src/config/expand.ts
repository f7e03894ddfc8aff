/** Sweeps: many configurations as one small file. */
import { z } from 'zod';
import { fail } from '../errors.ts';
import { mergeConfigs } from './resolve.ts';
import { CONFIG_PATHS, type PartialConfig, partialConfigSchema } from './schema.ts';

const values = z.array(z.union([z.string(), z.number(), z.boolean(), z.null()])).min(1);
const grid = z.partialRecord(z.enum(CONFIG_PATHS as [string, ...string[]]), values);

/**
 * `base` under every entry; `grid` is the product of all its lists; `list` names configurations one by one. `matched` names formulas,
 * to whose grounds the way from every configuration is measured too; which formulas there are is not known here.
 */
const sweepSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]*$/),
  description: z.string(),
  base: partialConfigSchema.optional(),
  grid: grid.optional(),
  list: z.array(partialConfigSchema).min(1).optional(),
  matched: z.array(z.string()).min(1).optional(),
});
export type Sweep = z.infer<typeof sweepSchema>;

/** Checks a sweep read from `file`. */
export function parseSweep(value: unknown, file: string): Sweep {
  const parsed = sweepSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const detail = parsed.error.issues
    .map((issue) => `  - ${issue.path.join('.') || '(whole)'}: ${issue.message}`)
    .join('\n');
  throw fail('E_SWEEP', { file, detail });
}

/** `{'model.heads': [4, 8]}` → `[{model: {heads: 4}}, {model: {heads: 8}}]`; the first key varies slowest. */
export function expandGrid(axes: Readonly<Partial<Record<string, readonly unknown[]>>>): PartialConfig[] {
  let layers: PartialConfig[] = [{}];
  for (const [path, axis] of Object.entries(axes)) {
    const [section = '', key = ''] = path.split('.');
    layers = layers.flatMap((layer) =>
      (axis ?? []).map((value) => mergeConfigs(layer, { [section]: { [key]: value } } as PartialConfig)),
    );
  }
  return layers;
}

/** Every configuration that a sweep names, in order: each list entry (or the base alone) with each point of the grid. */
export function expandSweep(sweep: Sweep): PartialConfig[] {
  const entries = (sweep.list ?? [{}]) as PartialConfig[];
  const points = expandGrid(sweep.grid ?? {});
  return entries.flatMap((entry) =>
    points.map((point) => mergeConfigs((sweep.base ?? {}) as PartialConfig, entry, point)),
  );
}
