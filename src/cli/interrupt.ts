/** Ctrl-C and `kill` as an error like any other. */
import { fail } from '../errors.ts';

/**
 * Runs `action` with a signal that SIGINT and SIGTERM abort. They stay caught to its end: npx passes on the Ctrl-C that the terminal has
 * already sent, and the second one must not end us while we clear up.
 */
export async function interruptible<Result>(action: (abort: AbortSignal) => Promise<Result>): Promise<Result> {
  const controller = new AbortController();
  const abort = (): void => controller.abort(fail('E_INTERRUPTED', {}));
  process.on('SIGINT', abort).on('SIGTERM', abort);
  try {
    return await action(controller.signal);
  } finally {
    process.off('SIGINT', abort).off('SIGTERM', abort);
  }
}
