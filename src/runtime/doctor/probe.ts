/** Facts are collected in processes of their own: a broken library may end the process that loads it, or never return. */
import { fileURLToPath } from 'node:url';
import { lastWords, runCommand } from '../setup/command.ts';
import { failureWords, patiently } from './patience.ts';

export type Probed<Facts> =
  | { readonly facts: Facts; readonly stderr: string }
  /** Why there are none, in the words of whatever failed. */
  | { readonly failure: string; readonly stderr: string };

export interface ProbeOptions {
  readonly patienceMs?: number;
  readonly abort?: AbortSignal | undefined;
}

/** Runs `probes/<name>.js` of the compiled code, which prints its facts as JSON or what it threw. Rejects with E_INTERRUPTED. */
export async function probe<Facts>(
  name: string,
  args: readonly string[],
  { patienceMs, abort }: ProbeOptions = {},
): Promise<Probed<Facts>> {
  const run = (either: AbortSignal) => runCommand(process.execPath, [probePath(name), ...args], { abort: either });
  try {
    const outcome = await patiently(run, abort, patienceMs);
    const { status, stdout, stderr } = outcome;
    const answered = status === 0 ? answerIn<Facts>(stdout) : null;
    return { ...(answered ?? { failure: `the process that asked died: ${lastWords(outcome, 3)}` }), stderr };
  } catch (error) {
    return { failure: failureWords(error), stderr: '' };
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
