/** What the bootstrap cannot mend itself. The same shape as the errors of src/errors.ts, which is not built yet when this is needed. */

/** The exit codes of src/errors.ts that the bootstrap can end with. */
export const EXIT = { usage: 2, environment: 3, internal: 5, interrupted: 130 };

export const WITHOUT_TENSORFLOW =
  'Once the packages are there, these work without TensorFlow: `estimate`, `report`, `check`, `list`, `run --backend javascript`.';

export function problem(code, exitCode, message, remedy) {
  return Object.assign(new Error(message), { code, exitCode, remedy });
}

/** One text for our own problems and for those thrown by the set-up of TensorFlow; anything else is a defect and keeps its stack. */
export function describeProblem(error) {
  if (!error?.remedy) return `memproof: internal error: ${error?.stack ?? error}\n`;
  return `memproof: ${error.code}: ${error.message}\n  → ${error.remedy}\n`;
}

/** The beginning of what npm writes: the reason is there; usage and log file follow. */
export const firstLines = (text, count = 12) => text.trimEnd().split('\n').slice(0, count).join('\n');
