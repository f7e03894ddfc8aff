/** What to type to get a report again, and how to name it. */
import { counted } from './counted.ts';
import type { Methods } from './methods.ts';

export interface ReproductionStep {
  readonly purpose: string;
  /** Lines for a shell. */
  readonly command: string;
}

/** From the records alone: whoever has the file can do both. */
export function reproduction({ reportId, facts }: Methods): ReproductionStep[] {
  const render = {
    purpose: `This report again (${reportId}), without a device`,
    command: 'npx memproof report records.jsonl',
  };
  if (facts.measuredSteps === null) return [render];
  const command = `npx memproof run records.jsonl --repeats ${facts.measuredSteps.largest} -o again`;
  return [render, { purpose: 'The same configurations, measured again', command }];
}

/** One line of plain text. */
export function citation({ reportId, version, facts }: Methods): string {
  const records = Object.values(facts.outcomes).reduce((sum, count) => sum + count, 0);
  const devices = [...new Set(facts.environments.map(({ device }) => device.name))];
  const measuredBy = [...devices, ...facts.frameworks];
  return `memproof ${version}, report ${reportId}: ${counted(records, 'record')}${measuredBy.length === 0 ? '' : `, ${measuredBy.join('; ')}`}.`;
}
