/** What `report --json` prints. From here come its types and the JSON Schema that is published. */
import { z } from 'zod';
import { runConfigSchema } from '../config/schema.ts';
import { MATCHES } from '../estimators/estimator.ts';
import { COMPONENTS, LEDGERS, QUANTITIES } from '../records/quantity.ts';

/** Raised by any change that a reader has to follow; a new key is none. */
export const DOCUMENT_VERSION = 1;

const bytes = z.int().describe('bytes');
const count = z.int().nonnegative();
const ratio = z.number().describe('0.03 is 3 %');
const share = z.number().min(0).max(1);
const configId = z
  .string()
  .regex(/^[0-9a-f]{12}$/)
  .describe('identity of a configuration');

const quantity = z.enum([...QUANTITIES]).describe('at which point of the step');
const ledger = z.enum([...LEDGERS]).describe('who counted');
const match = z
  .enum([...MATCHES])
  .describe('matched: all assumptions of the formula hold; nearest: all that can be built; away: neither');
const outcome = z.enum(['measured', 'out-of-memory', 'failed', 'skipped', 'external']);
const origin = z.string().describe('who executed the step');

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

const range = z.strictObject({ smallest: count, largest: count }).nullable();

const facts = z.strictObject({
  outcomes: z.partialRecord(outcome, count),
  configurations: count,
  environments: z.array(
    z.strictObject({
      device: z.strictObject({ kind: z.enum(['cpu', 'gpu']), name: z.string() }),
      driver: z.string().nullable(),
      cuda: z.string().nullable(),
      tensorflow: z.string().nullable(),
      tfjs: z.string(),
      node: z.string(),
      platform: z.string(),
      records: count,
    }),
  ),
  allocators: z.array(z.string()),
  code: z.array(
    z.strictObject({
      commit: z.string().nullable(),
      dirty: z.boolean(),
      reason: z.string().nullable(),
      records: count,
    }),
  ),
  quantities: z.array(quantity),
  ledgers: z.array(ledger),
  unavailable: z.array(z.strictObject({ ledger, reasons: z.array(z.string()), records: count })),
  warmUpSteps: range,
  measuredSteps: range,
  noise: z.array(
    z.strictObject({
      ledger,
      largestBytes: bytes,
      largestRatio: ratio.nullable(),
      largestRatioQuantity: quantity.nullable(),
    }),
  ),
  formulaSets: count,
  comparedFormulaSets: count,
  comparisons: count,
  citations: z.array(z.string()),
  frameworks: z.array(z.string()),
});

const methods = z.strictObject({
  text: z.string().describe('the statements as one paragraph'),
  statements: z.array(
    z.strictObject({
      topic: z.enum(['records', 'environment', 'code', 'steps', 'quantities', 'sources', 'comparison', 'noise']),
      text: z.string(),
    }),
  ),
  facts,
  violations: z
    .array(
      z.strictObject({
        estimator: z.string(),
        assumption: z.string(),
        statement: z.string(),
        configIds: z.array(configId),
        ofConfigurations: count,
      }),
    )
    .describe('assumptions that did not hold, and where'),
});

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
  verdict: z.enum(['exact', 'within-resolution', 'over', 'under', 'not-applicable']),
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
  methods,
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
