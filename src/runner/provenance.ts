/** Which code measured: the git commit, and a hash of the compiled files that decide the bytes. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import type { MeasurementRecord } from '../records/measurement.ts';
import { packageRoot } from '../runtime/folder.ts';

/** Folders whose code decides the bytes. Estimators, reports and the command line may change without measuring again. */
const MEASURING_FOLDERS = ['model', 'training', 'runtime', 'ledgers', 'measure'] as const;
/** Files of `runtime` that only say or prepare things. */
const NOT_MEASURING = new Set(['doctor.js']);

/** `src/model` → 12 hex digits over its compiled files, so that a change can be named. */
export function hashMeasuringCode(root = packageRoot()): Record<string, string> {
  const hashes: Record<string, string> = {};
  for (const folder of MEASURING_FOLDERS) {
    const hash = createHash('sha256');
    const path = join(root, 'dist', folder);
    const files = readdirSync(path).filter((name) => name.endsWith('.js') && !NOT_MEASURING.has(name));
    for (const name of files.sort())
      hash
        .update(`${name}\0`)
        .update(readFileSync(join(path, name)))
        .update('\0');
    hashes[`src/${folder}`] = hash.digest('hex').slice(0, 12);
  }
  return hashes;
}

/** The commit of memproof's own checkout, or null and the reason. */
export function gitFacts(root = packageRoot()): MeasurementRecord['git'] {
  const git = (...args: string[]): string =>
    execFileSync('git', ['-C', root, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  try {
    if (git('rev-parse', '--show-toplevel') !== realpathSync(root))
      return { commit: null, dirty: false, reason: 'not a git checkout' };
    return { commit: git('rev-parse', 'HEAD'), dirty: git('status', '--porcelain') !== '', reason: null };
  } catch {
    return { commit: null, dirty: false, reason: 'no git, or no commit' };
  }
}
