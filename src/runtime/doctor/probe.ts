/** Facts are collected in processes of their own: a broken library may end the process that loads it, or never return. */
import { fileURLToPath } from 'node:url';
import { toMemproofError } from '../../errors.ts';
import { lastWords, runCommand } from '../setup/command.ts';

export type Probed<Facts> =
  | { readonly facts: Facts; readonly stderr: string }
  /** Why there are none, in the words of whatever failed. */
  | { readonly failure: string; readonly stderr: string };

export interface ProbeOptions {
  readonly patienceMs?: number;
  readonly abort?: AbortSignal | undefined;
}

/** Far longer than any probe takes that does not hang. */
const PATIENCE_MS = 60_000;

/** Runs `probes/<name>.js` of the compiled code, which prints its facts as JSON or what it threw. Rejects with E_INTERRUPTED. */
export async function probe<Facts>(
  name: string,
  args: readonly string[],
  { patienceMs = PATIENCE_MS, abort }: ProbeOptions = {},
): Promise<Probed<Facts>> {
  const patience = AbortSignal.timeout(patienceMs);
  try {
    const either = abort === undefined ? patience : AbortSignal.any([patience, abort]);
    const outcome = await runCommand(process.execPath, [probePath(name), ...args], { abort: either });
    const { status, stdout, stderr } = outcome;
    const answered = status === 0 ? answerIn<Facts>(stdout) : null;
    return { ...(answered ?? { failure: `the process that asked died: ${lastWords(outcome, 3)}` }), stderr };
  } catch (error) {
    if (patience.aborted && !abort?.aborted) return { failure: `no answer in ${patienceMs / 1000} s`, stderr: '' };
    throw toMemproofError(error);
  }
}

type Answer<Facts> = { readonly facts: Facts } | { readonly failure: string };

/** Its last line: a library may write to stdout too. */
function answerIn<Facts>(stdout: string): Answer<Facts> | null {
  try {
    return JSON.parse(stdout.slice(stdout.lastIndexOf('\n') + 1));
  } catch {
    return null; // a library ended the process before
  }
}

const probePath = (name: string): string =>
  fileURLToPath(
    new URL(`./probes/${name}.js`, import.meta.url.replace(/\/src\/(runtime\/doctor\/\w+)\.ts$/, '/dist/$1.js')),
  );
