/** The map beside a table of numbers: what each of its columns means in memproof's words. docs/outside.md explains every key. */
import { z } from 'zod';
import { PRESETS } from '../../config/presets.ts';
import { CONFIG_PATHS } from '../../config/schema.ts';
import { fail } from '../../errors.ts';
import { DEPLOYMENT_KEYS } from '../../estimators/deployment.ts';
import { EVIDENCE } from '../external.ts';
import { COMPONENTS, LEDGERS, QUANTITIES } from '../quantity.ts';
import { mapProblems } from './mapProblems.ts';
import { PRINTED_UNITS } from './printedBytes.ts';

const MAP_VERSION = 1;

const scalar = z.union([z.string(), z.number(), z.boolean()]);
const oneOf = <T extends string>(names: readonly T[]) => z.enum(names as readonly [T, ...T[]]);

/** The name of a column; of several, whose texts are joined by `, `. */
const column = z.union([z.string(), z.array(z.string()).min(2)]);

/**
 * A constant, or what a column says: its text as it is, or translated by `values`, and what is not among them by `otherwise`. Null leaves
 * the thing unsaid.
 */
const field = <T extends z.ZodType>(value: T) =>
  z.union([
    value,
    z.strictObject({
      column,
      values: z.record(z.string(), z.nullable(value)).optional(),
      otherwise: z.nullable(value).optional(),
    }),
  ]);

/** `column` → the texts that are let through, or those that are not. A row has to pass all columns. */
const filter = z.record(
  z.string(),
  z.union([z.array(z.string()).min(1), z.strictObject({ not: z.array(z.string()).min(1) })]),
);
export type RowFilter = z.infer<typeof filter>;

/** `minus`: the reading is this row's bytes less those of the row of the same run that has that text in the column. */
const quantityOfRow = z.union([
  z.enum(QUANTITIES),
  z.strictObject({ quantity: z.enum(QUANTITIES), minus: z.string() }),
]);

/** What a row of a reading may be. */
export const PARTS = [...COMPONENTS, 'unattributed', 'total'] as const;

const readingMap = z.strictObject({
  quantity: z.union([
    z.enum(QUANTITIES),
    z.strictObject({ column: z.string(), values: z.record(z.string(), quantityOfRow.nullable()) }),
  ]),
  ledger: field(z.enum(LEDGERS)),
  /** A row whose cell is empty has no such reading. */
  bytes: z.strictObject({ column: z.string(), unit: z.enum(PRINTED_UNITS) }),
  /** Rows that are parts; those that are `total` are the sum, and where there is none the parts are added up. */
  component: z
    .strictObject({
      column,
      values: z.record(z.string(), z.enum(PARTS)),
    })
    .optional(),
});
export type ReadingMap = z.infer<typeof readingMap>;

const mapSchema = z.strictObject({
  version: z.literal(MAP_VERSION),
  provenance: z.strictObject({ citation: z.string().min(1), url: z.string().optional() }),
  framework: z.strictObject({ name: field(z.string()), version: field(z.string()).optional() }),
  device: z.strictObject({ label: field(z.string()), evidence: field(z.enum(EVIDENCE)) }),
  /** A row is read if it passes one of the filters. */
  where: z.union([filter, z.array(filter).min(1)]).optional(),
  preset: field(oneOf(Object.keys(PRESETS))).optional(),
  /** A column that is named like a key gives that key unless it stands here. */
  configuration: z
    .partialRecord(oneOf(CONFIG_PATHS), field(scalar))
    .refine((keys) => !Object.hasOwn(keys, 'runtime.backend'), {
      path: ['runtime.backend'],
      error: 'is always `external` and cannot be said; leave it out',
    })
    .default({}),
  deployment: z.partialRecord(oneOf(DEPLOYMENT_KEYS), field(scalar)).default({}),
  conditions: z.record(z.string().regex(/^[\w.-]+$/), field(scalar)).default({}),
  readings: z.array(readingMap).min(1),
});
export type ExternalMap = z.infer<typeof mapSchema>;

export type Field<T> =
  | T
  | {
      readonly column: string | readonly string[];
      readonly values?: Readonly<Record<string, T | null>> | undefined;
      readonly otherwise?: T | null | undefined;
    };

/** Checks a map read from `file`; `value` is its JSON. */
export function parseExternalMap(value: unknown, file: string): ExternalMap {
  const parsed = mapSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw fail('E_MAP', { file, detail: mapProblems(parsed.error.issues, value).join('\n') }, parsed.error);
}

/** Every column that the map speaks of. */
export function mappedColumns({ where = [], ...map }: ExternalMap): ReadonlySet<string> {
  const filters = Array.isArray(where) ? where : [where];
  return new Set([...filters.flatMap((columns) => Object.keys(columns)), ...columnsIn(map)]);
}

/** The `column`s of all fields, wherever they stand. */
function columnsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    if (key === 'values') return []; // texts of cells, whatever they are called
    return key === 'column' ? [inner].flat().map(String) : columnsIn(inner);
  });
}
