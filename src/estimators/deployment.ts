/** What only formulas know: how a model is spread over devices, and experts. Not part of a configuration, nor of its id. */
import { z } from 'zod';
import { keyAndText, scalar } from '../config/set.ts';
import { fail } from '../errors.ts';

const degree = z
  .int()
  .positive()
  .max(2 ** 20);

export const deploymentSchema = z.strictObject({
  /** Tensor, pipeline and data parallel degrees. */
  tensorParallel: degree.default(1),
  pipelineParallel: degree.default(1),
  dataParallel: degree.default(1),
  /** Layer norms and dropout split along the sequence over the tensor parallel devices (Korthikanti et al. 2022). */
  sequenceParallel: z.boolean().default(false),
  /** ZeRO (Rajbhandari et al. 2020): optimizer state, gradients, weights divided over the data parallel devices. */
  zeroStage: z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3)]).default(0),
  /** What lies in the host's memory. */
  offload: z.enum(['none', 'optimizer', 'optimizer-and-weights']).default('none'),
  /** Nodes over which the devices are spread. */
  nodes: degree.default(1),
  /** Feed-forward networks of a block of which a token uses `expertsPerToken`; 1 is a dense model. */
  experts: degree.default(1),
  expertsPerToken: degree.default(1),
  expertParallel: degree.default(1),
});

export type Deployment = z.infer<typeof deploymentSchema>;

/** One device, a dense model: what memproof itself builds. */
export const ONE_DEVICE: Deployment = deploymentSchema.parse({});

export const DEPLOYMENT_KEYS = Object.keys(deploymentSchema.shape) as (keyof Deployment)[];

/** `['tensorParallel=8', 'zeroStage=1']` of `--deploy` → that deployment; what is not said is as on one device. */
export function parseDeployment(assignments: readonly string[]): Deployment {
  const given: Record<string, unknown> = {};
  for (const assignment of assignments) {
    const [key, text] = keyAndText('--deploy', assignment);
    if (!(DEPLOYMENT_KEYS as string[]).includes(key))
      throw fail('E_UNKNOWN_NAME', { kind: 'deployment key', name: key, known: DEPLOYMENT_KEYS.join(', ') });
    if (Object.hasOwn(given, key)) throw fail('E_USAGE', { detail: `--deploy ${key} is given twice.` });
    given[key] = scalar(text);
  }
  const parsed = deploymentSchema.safeParse(given);
  const problems = parsed.success
    ? contradictions(parsed.data)
    : parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  if (parsed.success && problems.length === 0) return parsed.data;
  throw fail('E_CONFIG', { where: ' (--deploy)', detail: problems.map((line) => `  - ${line}`).join('\n') });
}

/** What no single key shows. */
function contradictions({ experts, expertsPerToken, expertParallel }: Deployment): string[] {
  const problems: string[] = [];
  if (expertsPerToken > experts)
    problems.push(`expertsPerToken = ${expertsPerToken} is more than there are experts (${experts})`);
  if (experts % expertParallel !== 0)
    problems.push(`expertParallel = ${expertParallel} does not divide experts = ${experts}`);
  return problems;
}
