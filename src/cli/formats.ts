/** `--format`: what records and timelines are rendered as. */
import type { Options } from 'yargs';
import { fail } from '../errors.ts';

const FORMATS = ['csv', 'trace'] as const;
export type Format = (typeof FORMATS)[number];

export const formatOption = {
  format: {
    type: 'string',
    array: true,
    nargs: 1,
    default: ['csv'],
    defaultDescription: 'csv',
    describe: `What to write: ${FORMATS.join(', ')}; a comma or repeating gives several. trace needs a timeline`,
    group: 'Output:',
  },
} as const satisfies Record<string, Options>;

/** `['csv,trace', 'csv']` → csv and trace. */
export function parseFormats(values: readonly string[]): ReadonlySet<Format> {
  const names = values.flatMap((value) => value.split(','));
  for (const name of names) {
    if (!isFormat(name))
      throw fail('E_USAGE', { detail: `There is no format "${name}"; known: ${FORMATS.join(', ')}.` });
  }
  return new Set(names.filter(isFormat));
}

const isFormat = (name: string): name is Format => (FORMATS as readonly string[]).includes(name);
