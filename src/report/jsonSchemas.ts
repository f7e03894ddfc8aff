/** The published JSON Schemas (draft 2020-12), made from the schemas that the program itself uses. */
import { z } from 'zod';
import { withAddedKeys } from '../config/addedKeys.ts';
import { runConfigSchema } from '../config/schema.ts';
import { judgedRecordSchema } from '../records/judged.ts';
import { measurementRecordSchema, readingSchema, reconciliationRowSchema } from '../records/measurement.ts';
import { reportDocumentSchema } from './documentSchema.ts';

interface JsonSchemaFile {
  /** In docs/schema, and its `$id`. */
  readonly file: string;
  readonly title: string;
  readonly schema: z.ZodType;
}

const FILES: readonly JsonSchemaFile[] = [
  { file: 'report.schema.json', title: 'memproof report: what `report --json` prints', schema: reportDocumentSchema },
  { file: 'record.schema.json', title: 'memproof record: a line of records.jsonl', schema: judgedRecordSchema },
];

/** What stands once, under a name of its own, however often it is used. */
const [measured, , failed] = measurementRecordSchema.options;
const NAMED: readonly (readonly [name: string, schema: z.ZodType])[] = [
  ['environment', measured.shape.environment],
  ['git', measured.shape.git],
  ['error', failed.shape.error],
  ['configuration', runConfigSchema],
  ['reading', readingSchema],
  ['reconciliationRow', reconciliationRowSchema],
];

export interface JsonSchemaText {
  readonly file: string;
  /** Ends with a newline. */
  readonly text: string;
}

export function jsonSchemas(): JsonSchemaText[] {
  for (const [id, schema] of NAMED) if (!z.globalRegistry.has(schema)) z.globalRegistry.add(schema, { id });
  return FILES.map(({ file, title, schema }) => {
    const isRecord = schema === judgedRecordSchema;
    const { $schema, ...rest } = z.toJSONSchema(schema, {
      target: 'draft-2020-12',
      io: 'input', // as it stands in a file
      override: ({ zodSchema, jsonSchema }) => {
        if (isRecord) freeAddedKeys(zodSchema, jsonSchema);
      },
    });
    return { file, text: `${JSON.stringify({ $schema, $id: file, title, ...rest }, null, 2)}\n` };
  });
}

/** Records that are older than a key do not have it, and mean its first default. */
function freeAddedKeys(zodSchema: unknown, jsonSchema: z.core.JSONSchema.BaseSchema): void {
  const added = withAddedKeys({}) as Readonly<Record<string, Readonly<Record<string, z.core.JSONSchema.JSONSchema>>>>;
  for (const [section, defaults] of Object.entries(added)) {
    if (zodSchema !== runConfigSchema.shape[section as keyof typeof runConfigSchema.shape]) continue;
    jsonSchema.required = (jsonSchema.required ?? []).filter((key) => !(key in defaults));
  }
}
