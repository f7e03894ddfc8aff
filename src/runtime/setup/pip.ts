/** pip, which knows the user's index, proxy, certificates and cache. */
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fail } from '../../errors.ts';
import { lastWords, type Outcome, runCommand } from './command.ts';

/** How pip is run: arguments of python3. */
export type Pip = readonly string[];

export const INSTALLED_PIP: Pip = ['-m', 'pip'];

/** From pip 25.2 on a connection that broke off is taken up again where it broke, instead of starting over. */
const RESUMES_SINCE = [25, 2] as const;
const RESUMING_PIP = 'pip==25.3';

/** Throws E_PYTHON_MISSING. Returns the version of the installed pip. */
export async function requirePip(abort?: AbortSignal): Promise<string> {
  const outcome = await runCommand('python3', [...INSTALLED_PIP, '--version'], { abort });
  if (outcome.missing) throw fail('E_PYTHON_MISSING', { detail: 'there is no python3.' });
  if (outcome.status === 0) return /^pip (\S+)/.exec(outcome.stdout)?.[1] ?? '0';
  throw fail('E_PYTHON_MISSING', { detail: `\`python3 -m pip\`: ${lastWords(outcome, 1)}` });
}

export function resumes(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [sinceMajor, sinceMinor] = RESUMES_SINCE;
  return major > sinceMajor || (major === sinceMajor && minor >= sinceMinor);
}

/** A pip that resumes: where the installed one does not, a newer one is fetched into `folder` (2 MB) and run from there. */
export async function resumingPip(installedVersion: string, folder: string, abort?: AbortSignal): Promise<Pip> {
  if (resumes(installedVersion)) return INSTALLED_PIP;
  const outcome = await pipDownload(INSTALLED_PIP, ['--no-deps', RESUMING_PIP], folder, abort);
  const name = outcome.status === 0 ? readdirSync(folder).find((file) => /^pip-.*\.whl$/.test(file)) : undefined;
  return name === undefined ? INSTALLED_PIP : [join(folder, name, 'pip')]; // python3 runs what lies in a zip archive
}

/** `pip download` of `what` into `folder`. */
export function pipDownload(pip: Pip, what: readonly string[], folder: string, abort?: AbortSignal): Promise<Outcome> {
  const pipTemporary = join(folder, 'tmp'); // pip's own half-downloads go away with ours, and /tmp may be small
  mkdirSync(pipTemporary, { recursive: true });
  const environment = { TMPDIR: pipTemporary, PIP_DISABLE_PIP_VERSION_CHECK: '1' };
  return runCommand('python3', [...pip, 'download', '--quiet', '-d', folder, ...what], { environment, abort });
}
