/** Are the functions that tfjs wants of Node there, once memproof has put back what is missing? */
import { createRequire } from 'node:module';
import { restoreRemovedUtilFunctions } from '../../nodeCompatibility.ts';
import { answer } from './answer.ts';

export interface NodeFacts {
  /** Why they cannot be put back; null if nothing failed. */
  readonly refusal: string | null;
  readonly missing: readonly string[];
}

const WANTED = ['isNullOrUndefined', 'isArray'] as const;

answer((): NodeFacts => {
  let refusal: string | null = null;
  try {
    restoreRemovedUtilFunctions();
  } catch (error) {
    refusal = (error as Error).message;
  }
  const util = createRequire(import.meta.url)('node:util');
  return { refusal, missing: WANTED.filter((name) => typeof util[name] !== 'function').map((name) => `util.${name}`) };
});
