/** From flags to configurations: preset, then file, then flags; a sweep brings a list of its own. */
import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expandSweep, parseSweep, type Sweep } from '../config/expand.ts';
import { fromHuggingFace, type HuggingFaceModel } from '../config/huggingFace.ts';
import { PRESETS } from '../config/presets.ts';
import { mergeConfigs, parsePartialConfig, resolveConfig } from '../config/resolve.ts';
import type { PartialConfig, RunConfig } from '../config/schema.ts';
import { parseAssignments } from '../config/set.ts';
import { fail } from '../errors.ts';
import { packageRoot } from '../runtime/folder.ts';
import { readJson } from './files.ts';
import type { Story } from './progress.ts';
import { recordedSweep } from './recordedSweep.ts';

export interface SelectionFlags {
  readonly preset?: string | undefined;
  readonly hfConfig?: string | undefined;
  readonly config?: string | undefined;
  readonly set: readonly string[];
  readonly device?: 'auto' | 'cpu' | 'gpu' | undefined;
  readonly backend?: RunConfig['runtime']['backend'] | undefined;
}

const sweepsFolder = (): string => join(packageRoot(), 'bench', 'sweeps');

export const sweepNames = (): string[] =>
  readdirSync(sweepsFolder())
    .filter((file) => file.endsWith('.json'))
    .map((file) => basename(file, '.json'))
    .sort();

/** A sweep by name (of `bench/sweeps`) or by path; of records, the configurations that they have. */
export function loadSweep(nameOrPath: string, tell?: Pick<Story, 'say'>): Sweep {
  const file = sweepFile(nameOrPath);
  return /\.(jsonl|html)$/.test(file) ? recordedSweep(file, tell) : parseSweep(readJson(file), file);
}

/** Where it is. Throws E_UNKNOWN_NAME. */
export function sweepFile(nameOrPath: string): string {
  const named = join(sweepsFolder(), `${nameOrPath}.json`);
  if (existsSync(named)) return named;
  if (existsSync(nameOrPath) || /\.(jsonl?|html)$/.test(nameOrPath)) return nameOrPath;
  throw fail('E_UNKNOWN_NAME', { kind: 'sweep', name: nameOrPath, known: sweepNames().join(', ') });
}

/** Does any flag name a configuration? */
export const selectsConfiguration = ({ preset, hfConfig, config, set }: SelectionFlags): boolean =>
  preset !== undefined || hfConfig !== undefined || config !== undefined || set.length > 0;

/**
 * Every configuration that the flags give, over each of `entries` (those of a sweep; one empty one without a sweep).
 * What a model from elsewhere has and cannot be expressed is told to `say`.
 */
export function selectConfigs(
  flags: SelectionFlags,
  { say }: Pick<Story, 'say'>,
  entries: readonly PartialConfig[] = [{}],
): PartialConfig[] {
  const { config: base, notes } = startingModel(flags);
  for (const note of notes) say(`note: ${note}`);
  const file = flags.config === undefined ? {} : parsePartialConfig(readJson(flags.config), flags.config);
  const runtime = {
    ...(flags.device !== undefined && { device: flags.device }),
    ...(flags.backend !== undefined && { backend: flags.backend }),
  };
  const assignments = parseAssignments(flags.set);
  return entries.flatMap((entry) =>
    assignments.map((assigned) => mergeConfigs(base, entry, file, { runtime }, assigned)),
  );
}

function startingModel({ preset, hfConfig }: SelectionFlags): HuggingFaceModel {
  if (preset !== undefined && hfConfig !== undefined)
    throw fail('E_USAGE', { detail: '--preset and --hf-config both name a model to start from.' });
  if (hfConfig !== undefined) return fromHuggingFace(readJson(hfConfig), hfConfig);
  return { config: preset === undefined ? {} : presetNamed(preset), notes: [] };
}

function presetNamed(name: string): PartialConfig {
  const preset = PRESETS[name];
  if (preset !== undefined) return preset;
  throw fail('E_UNKNOWN_NAME', { kind: 'preset', name, known: Object.keys(PRESETS).join(', ') });
}

export const sweepEntries = (sweep: Sweep): PartialConfig[] => expandSweep(sweep);

/** Completes all; `auto` becomes `autoDevice`. */
export const resolveAll = (partials: readonly PartialConfig[], autoDevice: 'cpu' | 'gpu'): RunConfig[] =>
  partials.map((partial) => resolveConfig(partial, { autoDevice }));
