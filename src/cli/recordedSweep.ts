/** Records as a sweep: what was measured once is measured again, here. */
import { basename } from 'node:path';
import type { Sweep } from '../config/expand.ts';
import { fail } from '../errors.ts';
import { isOwn } from '../records/judged.ts';
import { streamRecords } from '../records/store.ts';
import { isPage, recordsOfPage } from './pageRecords.ts';
import type { Story } from './progress.ts';

/** Every configuration of `file` once, in its order. What others measured cannot be run. Throws E_SWEEP where nothing is left. */
export function recordedSweep(file: string, tell?: Pick<Story, 'say'>): Sweep {
  const warn = (warning: string) => tell?.say(`warning: ${warning}`);
  const own = [...(isPage(file) ? recordsOfPage(file) : streamRecords(file, warn))].filter(isOwn);
  const list = [...new Map(own.map(({ configId, configuration }) => [configId, configuration])).values()];
  if (list.length === 0) throw fail('E_SWEEP', { file, detail: "  - (whole): it has no record of memproof's own" });
  const name = basename(file)
    .replace(/\.(jsonl|html)$/, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return { name: name === '' ? 'records' : name, description: `the configurations of ${file}`, list };
}
