/** Keys that joined the schema when there were records already: what those records would say, and what their ids are made of. */
import { mergeConfigs } from './resolve.ts';
import { type PartialConfig, type RunConfig, valueAt } from './schema.ts';

/** Each with the default that it came with. Whatever the default is later, a record without the key has this one: nothing here ever changes. */
const FIRST_DEFAULTS: PartialConfig = {
  model: { attention: 'unfused' },
};

/** What is left of `config` without the keys that have their first default. */
export const withoutAddedKeys = (config: RunConfig): object =>
  Object.fromEntries(
    Object.entries(config).map(([section, values]) => [
      section,
      Object.fromEntries(
        Object.entries(values).filter(([key, value]) => value !== valueAt(FIRST_DEFAULTS, `${section}.${key}`)),
      ),
    ]),
  );

/** A configuration as it was recorded, with the keys that did not exist then. Not yet checked: what is no object stays what it is. */
export const withAddedKeys = (recorded: unknown): unknown =>
  typeof recorded === 'object' && recorded !== null
    ? mergeConfigs(FIRST_DEFAULTS, recorded as PartialConfig)
    : recorded;
