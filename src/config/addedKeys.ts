/** Keys that joined the schema when there were records already: what those records would say, and what their ids are made of. */
import { mergeConfigs } from './resolve.ts';
import type { PartialConfig, RunConfig } from './schema.ts';

/** Each with the default that it came with. Whatever the default is later, a record without the key has this one: nothing here ever changes. */
const FIRST_DEFAULTS: PartialConfig = {
  model: { attention: 'unfused' },
  batch: { promptLength: null },
  step: {
    keyValueCache: 'none',
    teacher: 'none',
    teacherLayers: null,
    teacherHiddenSize: null,
    teacherHeads: null,
    teacherFeedForwardSize: null,
  },
};

/** What is left of `config` without the keys that have their first default. */
export function withoutAddedKeys(config: RunConfig): object {
  const left: Record<string, object> = { ...config };
  for (const [section, added] of Object.entries(FIRST_DEFAULTS)) {
    const values = Object.entries(config[section as keyof RunConfig]);
    left[section] = Object.fromEntries(values.filter(([key, value]) => value !== (added as Values)[key]));
  }
  return left;
}

type Values = Readonly<Record<string, unknown>>;

/** A configuration as it was recorded, with the keys that did not exist then. Not yet checked: what is no object stays what it is. */
export const withAddedKeys = (recorded: unknown): unknown =>
  typeof recorded === 'object' && recorded !== null
    ? mergeConfigs(FIRST_DEFAULTS, recorded as PartialConfig)
    : recorded;
