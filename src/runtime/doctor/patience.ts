/** A broken driver or library may never return: nothing is waited for without an end. */
import { toMemproofError } from '../../errors.ts';

/** Far longer than anything takes that does not hang. */
const PATIENCE_MS = 60_000;

/** Aborts `action` when it takes longer, and rejects with words that say so. */
export async function patiently<Result>(
  action: (abort: AbortSignal) => Promise<Result>,
  abort: AbortSignal | undefined,
  patienceMs = PATIENCE_MS,
): Promise<Result> {
  const patience = AbortSignal.timeout(patienceMs);
  try {
    return await action(abort === undefined ? patience : AbortSignal.any([patience, abort]));
  } catch (error) {
    if (patience.aborted && !abort?.aborted) throw new Impatience(`no answer in ${patienceMs / 1000} s`);
    throw error;
  }
}

class Impatience extends Error {}

/** Why something failed, in words; what the user has interrupted is thrown again. */
export function failureWords(error: unknown): string {
  if (error instanceof Impatience) return error.message;
  const { code, message } = toMemproofError(error);
  if (code === 'E_INTERRUPTED') throw error;
  return message;
}
