/** Types for the tests; the script itself is plain JavaScript. */
import type { Tf } from '../../src/model/tensorflow.ts';
export interface KnownAnswer {
  readonly name: string;
  readonly compute: (tf: Tf) => unknown;
  readonly answer: readonly number[];
}
export const KNOWN_ANSWERS: readonly KnownAnswer[];
export function wrongAnswers(tf: Tf, known?: readonly KnownAnswer[]): string[];
