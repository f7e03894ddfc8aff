/** A measurement that somebody else made with another framework: a number of a paper, a run of PyTorch. Judged like memproof's own records. */
import { z } from 'zod';
import { withAddedKeys } from '../config/addedKeys.ts';
import { configId } from '../config/configId.ts';
import { contradictions } from '../config/resolve.ts';
import { runConfigSchema } from '../config/schema.ts';
import { DEPLOYMENT_KEYS, deploymentSchema, ONE_DEVICE } from '../estimators/deployment.ts';
import { RECORD_VERSION } from './measurement.ts';
import { COMPONENTS, LEDGERS, LEVEL_CHANGES, QUANTITIES } from './quantity.ts';

const byteCount = z.int();

/**
 * How far from a printed number the truth may be: half of its last digit ("21.898 GiB" is known to ± 0.0005 GiB). Left out where every
 * byte is known.
 */
const resolutionBytes = z.int().positive().optional();

const part = z.strictObject({
  /** `unattributed` is what the source does not tell apart. */
  component: z.enum([...COMPONENTS, 'unattributed']),
  layer: z.int().nonnegative().nullable(),
  bytes: byteCount,
  resolutionBytes,
});
export type ExternalPart = z.infer<typeof part>;

const externalReading = z.strictObject({
  quantity: z.enum(QUANTITIES),
  ledger: z.enum(LEDGERS),
  bytes: byteCount,
  resolutionBytes,
  /** Where the source tells components apart; they add up to `bytes`. */
  components: z.array(part).optional(),
});
export type ExternalReading = z.infer<typeof externalReading>;

const framework = z.strictObject({
  /** Not one that could be taken for memproof's own. */
  name: z.string().regex(/^(?!memproof: )./),
  version: z.string().nullable(),
});

/** `simulated`: nothing was allocated on the device, somebody computed what would have been. */
export const EVIDENCE = ['measured', 'simulated'] as const;

const device = z.strictObject({
  /** The source's own word for it. */
  label: z.string().min(1),
  /** Which kind of device it is, or stands for, says `runtime.device`. */
  evidence: z.enum(EVIDENCE),
});

const provenance = z.strictObject({
  citation: z.string().min(1),
  url: z.string().optional(),
  /** The table without its folder, and the line of the record's first row, counted from 1. */
  file: z.string(),
  line: z.int().positive(),
});

export const externalRecordSchema = z.strictObject({
  outcome: z.literal('external'),
  version: z.literal(RECORD_VERSION),
  configId: z.string().regex(/^[0-9a-f]{12}$/),
  configuration: z.preprocess(withAddedKeys, runConfigSchema),
  /** How the model was spread over devices; one device where nothing is said. */
  deployment: deploymentSchema.optional(),
  framework,
  device,
  /** What no configuration key can express and the bytes depend on: name → value. */
  conditions: z.record(z.string(), z.string()),
  provenance,
  readings: z.array(externalReading).min(1),
});
export type ExternalRecord = z.infer<typeof externalRecordSchema>;

/** What does not fit together in an external record; null if all fits. */
export function externalInconsistency(record: ExternalRecord): string | null {
  if (configId(record.configuration) !== record.configId)
    return `configId ${record.configId} is not that of its configuration`;
  if (record.configuration.runtime.backend !== 'external') return 'runtime.backend of an external record is "external"';
  const [nonsense] = contradictions(record.configuration);
  if (nonsense !== undefined) return `its configuration contradicts itself: ${nonsense}`;
  const named = record.readings.map(({ quantity, ledger }) => `${quantity} in ${ledger}`);
  const twice = named.find((name, index) => named.indexOf(name) !== index);
  if (twice !== undefined) return `it has two readings of ${twice}`;
  const negative = record.readings.find(({ bytes, quantity }) => bytes < 0 && !LEVEL_CHANGES.has(quantity));
  if (negative !== undefined) return `${negative.quantity} in ${negative.ledger} is negative`;
  const torn = record.readings.find(({ bytes, components = [] }) => components.length > 0 && sum(components) !== bytes);
  return torn === undefined ? null : `the components of ${torn.quantity} in ${torn.ledger} do not add up to it`;
}

const sum = (parts: readonly ExternalPart[]): number => parts.reduce((total, { bytes }) => total + bytes, 0);

/** All that is said beside the configuration: the conditions, and the keys of the deployment that are not those of one device. */
export function conditionsOf({ conditions, deployment }: ExternalRecord): Readonly<Record<string, string>> {
  const spread = DEPLOYMENT_KEYS.filter((key) => deployment !== undefined && deployment[key] !== ONE_DEVICE[key]);
  return {
    ...conditions,
    ...Object.fromEntries(spread.map((key) => [`deployment.${key}`, String(deployment?.[key])])),
  };
}

/** What tells an external record from others. */
export type ExternalHead = Omit<ExternalRecord, 'configuration'>;

export const externalHead = ({ configuration: _, ...head }: ExternalRecord): ExternalHead => head;

/**
 * Text that is the same for two external records of the same thing by the same source, of which the later one counts. Two sources that
 * measured one configuration are two measurements.
 */
export const externalIdentity = (head: ExternalHead): string => {
  const { configId, deployment = null, framework, device, conditions, provenance, readings } = head;
  const named = Object.entries(conditions).sort(([a], [b]) => (a < b ? -1 : 1));
  const read = readings.map(({ quantity, ledger }) => `${quantity} ${ledger}`).sort();
  return JSON.stringify([configId, deployment, framework, device.label, named, provenance.citation, read]);
};
