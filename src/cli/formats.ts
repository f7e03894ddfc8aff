/** `--format`, `--show`, `--ledger` and `--by`: what records, timelines and the audit of the article are rendered as. */
import type { Options } from 'yargs';
import { CONFIG_PATHS } from '../config/schema.ts';
import { fail } from '../errors.ts';
import { DOCUMENT_FORMATS, type DocumentFormat } from '../report/documentFormats.ts';
import { LEDGER_CHOICES } from '../report/shownLedgers.ts';
import { VIEW_ANSWERS, VIEW_NAMES, type ViewName } from '../report/viewNames.ts';

const FORMATS = ['csv', ...DOCUMENT_FORMATS, 'html', 'trace'] as const;
export type Format = (typeof FORMATS)[number];

/** What a folder gets without `--format`. */
const DEFAULT_FORMATS: readonly Format[] = ['csv', 'md', 'html'];

const AUDIT_FORMATS = ['csv', 'md'] as const;
export type AuditFormat = (typeof AUDIT_FORMATS)[number];

export const formatOption = {
  format: {
    type: 'string',
    array: true,
    nargs: 1,
    default: [] as string[],
    defaultDescription: DEFAULT_FORMATS.join(','),
    describe: `What to write: ${FORMATS.join(', ')}; a comma or repeating gives several. trace needs a timeline; report prints one of ${DOCUMENT_FORMATS.join(', ')} without -o`,
    group: 'Output:',
  },
} as const satisfies Record<string, Options>;

export const showOption = {
  show: {
    type: 'string',
    array: true,
    nargs: 1,
    default: ['scoreboard'],
    defaultDescription: 'scoreboard',
    describe: `On the screen: ${VIEW_NAMES.map((name) => `${name} (${VIEW_ANSWERS[name]})`).join(', ')}`,
    group: 'Output:',
  },
} as const satisfies Record<string, Options>;

/** How a judgement is broken down, in files and on the screen. */
export const breakdownOptions = {
  by: {
    type: 'string',
    array: true,
    nargs: 1,
    default: [] as string[],
    defaultDescription: 'nothing',
    describe: 'The statistics of each value of a key too, as batch.size; a comma or repeating gives several',
    group: 'Output:',
  },
  ledger: {
    choices: LEDGER_CHOICES,
    default: 'one' as const,
    describe: 'On the scoreboard: one is requested, else buffers, else tensors, for each formula',
    group: 'Output:',
  },
} as const satisfies Record<string, Options>;

/** Dotted paths of configuration keys, in the order of the flags. */
export const parseKeys = (values: readonly string[]): readonly string[] => parse(values, CONFIG_PATHS, 'key');

/** In the order of the flags. */
export const parseViews = (values: readonly string[]): readonly ViewName[] => parse(values, VIEW_NAMES, 'view');

/** `['csv,trace', 'csv']` → csv and trace; none → the default. */
export const parseFormats = (values: readonly string[]): ReadonlySet<Format> =>
  new Set(values.length === 0 ? DEFAULT_FORMATS : parse(values, FORMATS));

export const without = (formats: ReadonlySet<Format>, left: Format): ReadonlySet<Format> =>
  new Set([...formats].filter((format) => format !== left));

/**
 * The one document that stdout gets in place of what people read: `--json`, or the format that was asked for where no folder takes it.
 * Throws E_USAGE for several.
 */
export function documentToPrint(
  values: readonly string[],
  json: boolean,
  folder: string | undefined,
): DocumentFormat | null {
  const asked = folder === undefined && values.length > 0 ? parseFormats(values) : new Set<Format>();
  const printed = DOCUMENT_FORMATS.filter((format) => asked.has(format) || (json && format === 'json'));
  if (printed.length > 1) {
    throw fail('E_USAGE', {
      detail: `${printed.join(' and ')}: stdout has room for one of them; -o DIR writes files.`,
    });
  }
  return printed[0] ?? null;
}

export const auditFormatOption = {
  format: {
    type: 'string',
    array: true,
    nargs: 1,
    default: [] as string[],
    defaultDescription: 'text',
    describe: `${AUDIT_FORMATS.join(' or ')} on stdout; with -o DIR as files there, a comma gives several`,
    group: 'Output:',
  },
} as const satisfies Record<string, Options>;

/** Each format once, in the order of the flags. */
export const parseAuditFormats = (values: readonly string[]): readonly AuditFormat[] => parse(values, AUDIT_FORMATS);

function parse<Name extends string>(values: readonly string[], known: readonly Name[], kind = 'format'): Name[] {
  const isKnown = (name: string): name is Name => (known as readonly string[]).includes(name);
  const names = [...new Set(values.flatMap((value) => value.split(',')))];
  const unknown = names.find((name) => !isKnown(name));
  if (unknown !== undefined)
    throw fail('E_USAGE', { detail: `There is no ${kind} "${unknown}"; known: ${known.join(', ')}.` });
  return names.filter(isKnown);
}
