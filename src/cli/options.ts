/** Flags that several verbs share, each written once. Choices come from the schemas and lists that they choose from. */
import type { Options } from 'yargs';
import { PRESETS } from '../config/presets.ts';
import { runConfigSchema } from '../config/schema.ts';
import { DEPLOYMENT_KEYS } from '../estimators/deployment.ts';
import { TENSORFLOW_VERSIONS } from '../runtime/setup/wheel.ts';
import { BYTE_UNITS } from '../units/bytes.ts';

export const deviceOption = {
  choices: ['auto', 'cpu', 'gpu'] as const,
  describe: 'auto is a GPU where one is; asked for gpu and not got is an error',
} as const satisfies Options;

/** Which configuration: flags beat the file, the file beats the preset, the preset beats the defaults. */
export const selectionOptions = {
  preset: {
    type: 'string',
    choices: Object.keys(PRESETS),
    describe: 'A named model to start from',
    group: 'Configuration:',
  },
  config: {
    type: 'string',
    requiresArg: true,
    describe: 'A JSON file with one (partial) configuration',
    group: 'Configuration:',
  },
  'hf-config': {
    type: 'string',
    requiresArg: true,
    describe: 'A config.json of Hugging Face to start from, in place of a preset',
    group: 'Configuration:',
  },
  set: {
    type: 'string',
    array: true,
    nargs: 1,
    default: [] as string[],
    defaultDescription: 'nothing',
    describe: 'One key, as model.heads=4; a comma makes a grid: model.heads=4,8',
    group: 'Configuration:',
  },
  device: { ...deviceOption, group: 'Configuration:' },
  backend: {
    choices: runConfigSchema.shape.runtime.shape.backend.exclude(['external']).options, // nothing here runs it
    describe: 'javascript needs no TensorFlow: tfjs tensors only, no allocator',
    group: 'Configuration:',
  },
} as const satisfies Record<string, Options>;

export const setupOptions = {
  tensorflow: { choices: TENSORFLOW_VERSIONS, describe: 'From now on this version; it stays selected' },
  from: { type: 'string', requiresArg: true, describe: 'A folder with the wheels, where there is no network' },
  download: { type: 'string', requiresArg: true, describe: 'Only download the wheels, into this folder' },
  remove: {
    choices: ['unused', 'all'] as const,
    describe: 'Remove what was set up: all of it, or what the selected version does not use',
  },
} as const satisfies Record<string, Options>;

export const outputOptions = {
  json: { type: 'boolean', default: false, describe: 'One JSON document on stdout and nothing else', group: 'Output:' },
  unit: { choices: BYTE_UNITS, describe: 'Unit on the screen; files are always in bytes', group: 'Output:' },
  quiet: { alias: 'q', type: 'boolean', default: false, describe: 'No progress on stderr', group: 'Output:' },
  verbose: {
    alias: 'v',
    type: 'boolean',
    default: false,
    describe: 'Say more: each configuration, the reconciliation of the ledgers, stacks of errors',
    group: 'Output:',
  },
  color: {
    type: 'boolean',
    default: true,
    defaultDescription: 'on a terminal',
    describe: 'Colours; --no-color for none',
    group: 'Output:',
  },
} as const satisfies Record<string, Options>;

export const estimatorOption = {
  estimator: {
    type: 'string',
    array: true,
    nargs: 1,
    describe: 'Only this formula set (of `list estimators`, or ./your-own.mjs); may be repeated; all for all',
    group: 'Configuration:',
  },
} as const satisfies Record<string, Options>;

export const deployOption = {
  deploy: {
    type: 'string',
    array: true,
    nargs: 1,
    default: [] as string[],
    defaultDescription: 'one device',
    describe: `How a formula should spread the model, as tensorParallel=8: ${DEPLOYMENT_KEYS.join(', ')}`,
    group: 'Configuration:',
  },
} as const satisfies Record<string, Options>;

export const mapOption = {
  map: {
    type: 'string',
    requiresArg: true,
    describe: 'What the columns of .csv tables mean (docs/outside.md)',
    defaultDescription: 'FILE.map.json beside FILE.csv',
  },
} as const satisfies Record<string, Options>;

export const csvOption = {
  type: 'boolean',
  default: false,
  describe: 'CSV on stdout: one row per formula, quantity and ledger',
  group: 'Output:',
} as const satisfies Options;
