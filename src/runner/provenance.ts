/** Which code measured: the git commit, and a hash of the compiled files that decide the bytes. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import type { MeasurementRecord } from '../records/measurement.ts';
import { packageRoot } from '../runtime/folder.ts';

/**
 * Folders whose code decides the bytes. Estimators, reports and the command line may change without measuring again, and so may folders in
 * these: the set-up and the doctor only prepare and say things.
 */
const MEASURING_FOLDERS = ['model', 'training', 'runtime', 'ledgers', 'measure'] as const;

/** Our addon reads the allocator; it is compiled on the user's machine. */
const NATIVE_SOURCES = ['src/runtime/native/allocator_statistics.cc'];

/** `src/model` → 12 hex digits over its compiled files, so that a change can be named. */
export function hashMeasuringCode(root = packageRoot()): Record<string, string> {
  const hashes: Record<string, string> = {};
  for (const folder of MEASURING_FOLDERS) {
    const hash = createHash('sha256');
    const files = readdirSync(join(root, 'dist', folder))
      .filter((name) => name.endsWith('.js'))
      .map((name) => join('dist', folder, name));
    for (const file of [...files.sort(), ...(folder === 'runtime' ? NATIVE_SOURCES : [])]) {
      hash
        .update(`${file}\0`)
        .update(readFileSync(join(root, file)))
        .update('\0');
    }
    hashes[`src/${folder}`] = hash.digest('hex').slice(0, 12);
  }
  return hashes;
}

/** Written by the offline pack, which has no history: `{ commit, dirty }` of the checkout that it was made from. */
export const PACKED_COMMIT_FILE = 'packed-commit.json';

/** The commit of memproof's own checkout, or of the one that an offline pack was made from; or null and the reason. */
export function gitFacts(root = packageRoot()): MeasurementRecord['git'] {
  const packed = join(root, PACKED_COMMIT_FILE);
  if (existsSync(packed)) return { ...JSON.parse(readFileSync(packed, 'utf8')), reason: null };
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
