/** Which run a row belongs to: all that a map and a row say beside the numbers. */

import { PRESETS } from '../../config/presets.ts';
import { mergeConfigs, resolveConfig } from '../../config/resolve.ts';
import { CONFIG_PATHS, type PartialConfig, partialConfigSchema, type RunConfig, valueAt } from '../../config/schema.ts';
import { scalar } from '../../config/set.ts';
import { fail } from '../../errors.ts';
import { DEPLOYMENT_KEYS, type Deployment, deploymentSchema } from '../../estimators/deployment.ts';
import { EVIDENCE, type ExternalRecord } from '../external.ts';
import { columnOf, fieldValue, requiredText, requiredWord } from './field.ts';
import type { ExternalMap, Field } from './map.ts';
import { cellError, type TableRow } from './table.ts';

export type RunOfRow = Pick<ExternalRecord, 'configuration' | 'deployment' | 'framework' | 'device' | 'conditions'>;

/** What is never left to a default: a model is its sizes, and the defaults of the rest are what memproof builds by itself, on a CPU. */
const ALWAYS_SAID = [
  'model.layers',
  'model.hiddenSize',
  'model.heads',
  'model.vocabularySize',
  'model.attention',
  'batch.size',
  'batch.sequenceLength',
  'step.savedTensors',
  'step.backward',
  'runtime.device',
] as const;

/** `auto` is whatever this machine has, which says nothing about another. */
const UNSAID: readonly unknown[] = [undefined, 'auto'];

type Scalar = string | number | boolean;

export function runOfRow(map: ExternalMap, row: TableRow): RunOfRow {
  const deployment = deploymentOf(map, row);
  const version = map.framework.version === undefined ? null : fieldValue<string>(map.framework.version, row);
  return {
    configuration: configurationOf(map, row),
    ...(deployment !== undefined && { deployment }),
    framework: { name: requiredText(map.framework.name, row), version },
    device: {
      label: requiredText(map.device.label, row),
      evidence: requiredWord(map.device.evidence, row, EVIDENCE),
    },
    conditions: Object.fromEntries(
      Object.entries(map.conditions).flatMap(([name, field]) => {
        const value = fieldValue(field, row);
        return value === null ? [] : [[name, String(value)]];
      }),
    ),
  };
}

function configurationOf(map: ExternalMap, row: TableRow): RunConfig {
  const preset = map.preset === undefined ? null : requiredWord(map.preset, row, Object.keys(PRESETS));
  const said = CONFIG_PATHS.flatMap((path) => {
    const field = map.configuration[path] ?? (path in row.cells ? { column: path } : undefined);
    return field === undefined ? [] : [keyOf(path, field, row)];
  });
  const partial = mergeConfigs(preset === null ? {} : (PRESETS[preset] ?? {}), ...said, {
    runtime: { backend: 'external' },
  });
  const unsaid = ALWAYS_SAID.filter((path) => UNSAID.includes(valueAt(partial, path)));
  if (unsaid.length > 0)
    throw fail('E_TABLE', {
      file: row.file,
      place: `:${row.line}`,
      detail: `neither a column nor the map says ${unsaid.join(', ')}`,
    });
  return resolveConfig(partial, { origin: `${row.file}:${row.line}` });
}

/** The key that a map never gives: whatever a table has, memproof did not run it. */
const BACKEND = 'runtime.backend';

/** One key as a layer of its own; empty where the row leaves it to the default. */
function keyOf(path: string, field: Field<Scalar>, row: TableRow): PartialConfig {
  const value = typedValue(field, row);
  if (value === null) return {};
  if (path === BACKEND && value !== 'external')
    throw cellError(row, columnOf(field), `${BACKEND} is always external in a table, never ${JSON.stringify(value)}`);
  const [section = '', key = ''] = path.split('.');
  const layer = { [section]: { [key]: value } };
  const parsed = partialConfigSchema.safeParse(layer);
  if (parsed.success) return layer as PartialConfig;
  throw cellError(
    row,
    columnOf(field),
    `${path} cannot be ${JSON.stringify(value)}: ${parsed.error.issues[0]?.message}`,
  );
}

/** Text of a cell becomes a number or a truth value where it is one. What the map itself says has its type already. */
function typedValue(field: Field<Scalar>, row: TableRow): unknown {
  const value = fieldValue(field, row);
  const isCell = typeof field === 'object' && field.values === undefined;
  return isCell && typeof value === 'string' ? scalar(value) : value;
}

/** Undefined where neither map nor row speak of more than one device. */
function deploymentOf(map: ExternalMap, row: TableRow): Deployment | undefined {
  const said: Record<string, unknown> = {};
  for (const key of DEPLOYMENT_KEYS) {
    const field = map.deployment[key];
    const value = field === undefined ? null : typedValue(field, row);
    if (field === undefined || value === null) continue;
    const parsed = deploymentSchema.shape[key].safeParse(value);
    if (!parsed.success) throw cellError(row, columnOf(field), `deployment.${key} cannot be ${JSON.stringify(value)}`);
    said[key] = value;
  }
  return Object.keys(said).length === 0 ? undefined : deploymentSchema.parse(said);
}
