/** A question to a formula about a configuration that nobody measured: one of the user's own may fail there, which is no failure here. */
import { MemproofError } from '../errors.ts';

/** What it says, or the error that it says nothing with. An error that is no `MemproofError` is one of memproof's and is thrown on. */
export function answerTo<Answer>(ask: () => Answer): Answer | MemproofError {
  try {
    return ask();
  } catch (error) {
    if (error instanceof MemproofError) return error;
    throw error;
  }
}
