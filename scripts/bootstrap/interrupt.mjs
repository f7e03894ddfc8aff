/** Ctrl-C and `kill` as a problem like any other. */
import { EXIT, problem } from './problem.mjs';

/**
 * Runs `action` with a signal that SIGINT and SIGTERM abort. Once it is aborted this ends with E_INTERRUPTED, whatever the action made of
 * it. Both stay caught to the end: npm passes on the Ctrl-C that the terminal has already sent.
 */
export async function interruptible(action) {
  const controller = new AbortController();
  const interrupted = problem(
    'E_INTERRUPTED',
    EXIT.interrupted,
    'Interrupted.',
    'Run the same command again to go on.',
  );
  const abort = () => controller.abort(interrupted);
  process.on('SIGINT', abort).on('SIGTERM', abort);
  try {
    await action(controller.signal);
  } finally {
    process.off('SIGINT', abort).off('SIGTERM', abort);
    controller.signal.throwIfAborted();
  }
}
