/** What `report --json` prints. From here come its types and the JSON Schema that is published. */
import { z } from 'zod';
import { VERDICTS } from '../accuracy/judgeBytes.ts';
import { runConfigSchema } from '../config/schema.ts';
import { COMPONENTS } from '../records/quantity.ts';
import { bytes, configId, count, ledger, match, origin, outcome, quantity, ratio, share } from './documentWords.ts';
import { methodsSchema } from './methodsSchema.ts';

/** Raised by any change that a reader has to follow; a new key is none. */
export const DOCUMENT_VERSION = 1;

const group = { estimator: z.string(), quantity, ledger, origin };

const statistics = {
  count,
  exactCount: count,
  underCount: count.describe('predicted too small'),
  underShare: share,
  withoutRatioCount: count.describe('0 measured and something else predicted: in the counts, not in the ratios'),
  medianErrorRatio: ratio.nullable(),
  medianAbsoluteErrorRatio: ratio.nullable(),
  p90AbsoluteErrorRatio: ratio.nullable(),
  worstErrorRatio: ratio.nullable(),
  worstConfigId: configId.nullable(),
  minErrorRatio: ratio.nullable(),
  maxErrorRatio: ratio.nullable(),
  noiseRatio: ratio.nullable().describe('largest spread between measured steps ÷ measured'),
  rankCorrelation: z.number().nullable(),
};

const accuracyRow = z.strictObject({ ...group, match, ...statistics });

const comparison = z.strictObject({
  configId,
  origin,
  quantity,
  ledger,
  component: z.enum(['total', ...COMPONENTS, 'unattributed', 'unitemised']),
  estimator: z.string(),
  predictedBytes: bytes.nullable(),
  measuredBytes: bytes.nullable(),
  resolutionBytes: bytes.nullable().describe('how far from measured the truth may be; null where every byte is known'),
  errorBytes: bytes.nullable().describe('predicted − measured'),
  errorRatio: ratio.nullable().describe('error ÷ measured'),
  noiseBytes: bytes.nullable().describe('largest − smallest reading of the measured steps'),
  match,
  violatedAssumptions: z.array(z.string()),
  verdict: z.enum(VERDICTS),
  reason: z.string().nullable().describe('why a total is not applicable'),
  conditions: z.record(z.string(), z.string()),
});
export type DocumentComparison = Unchanging<z.infer<typeof comparison>>;

export const reportDocumentSchema = z.strictObject({
  format: z.literal('memproof-report'),
  version: z.literal(DOCUMENT_VERSION),
  memproof: z.string().describe('version of the memproof that judged'),
  reportId: z
    .string()
    .regex(/^[0-9a-f]{12}$/)
    .describe('the same for whoever judges the same records with the same memproof'),
  citation: z.string(),
  methods: methodsSchema,
  formulas: z.array(
    z.strictObject({
      id: z.string(),
      title: z.string(),
      citation: z.string(),
      url: z.string().nullable(),
      version: z.string(),
      assumptions: z.array(z.strictObject({ id: z.string(), statement: z.string() })),
    }),
  ),
  records: z.array(
    z.strictObject({
      configId,
      outcome,
      origin,
      conditions: z
        .record(z.string(), z.string())
        .describe('of an external record: what no configuration key can express'),
      configuration: runConfigSchema,
    }),
  ),
  scoreboard: z
    .array(z.strictObject({ ...group, ...statistics, matchedCount: count, matchedMedianErrorRatio: ratio.nullable() }))
    .describe('every formula on the same records, whether or not its assumptions hold'),
  accuracy: z.array(accuracyRow).describe('the same apart by match'),
  groupedAccuracy: z
    .array(
      accuracyRow.extend({
        groupKey: z.string(),
        groupValue: z.union([z.string(), z.number(), z.boolean()]).nullable(),
      }),
    )
    .describe('for each value of a key that --by names'),
  comparisons: z.array(comparison),
});
export type ReportDocument = Unchanging<z.infer<typeof reportDocumentSchema>>;

/** zod's types are for who may change what was parsed; nobody changes a document. */
type Unchanging<Value> = { readonly [Key in keyof Value]: Unchanging<Value[Key]> };
