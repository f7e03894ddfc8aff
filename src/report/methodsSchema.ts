/** The methods of a report's document: see `methods.ts`. */
import { z } from 'zod';
import { bytes, configId, count, ledger, outcome, quantity, ratio } from './documentWords.ts';

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

export const methodsSchema = z.strictObject({
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
