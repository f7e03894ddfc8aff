/** Fetches the wheel with pip, which knows the user's index, proxy, certificates and cache. */
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fail } from '../../errors.ts';
import { lastWords, runCommand } from './command.ts';
import type { Wheel } from './wheel.ts';

/**
 * The wheel for one Python and the oldest platform, whatever python3 runs pip: the libraries in it are the same for every Python.
 * Older pips know only the second name of the platform.
 */
const WHICH_WHEEL = [
  ...['--no-deps', '--only-binary=:all:'],
  ...['--python-version', '3.11', '--implementation', 'cp', '--abi', 'cp311'],
  ...['--platform', 'manylinux_2_17_x86_64', '--platform', 'manylinux2014_x86_64'],
];

/** Downloads into `folder` and returns the path of the wheel. */
export async function downloadWheel(wheel: Wheel, folder: string, abort?: AbortSignal): Promise<string> {
  const what = `${wheel.package} ${wheel.version}`;
  const pipTemporary = join(folder, 'tmp'); // pip's own half-downloads go away with ours, and /tmp may be small
  mkdirSync(pipTemporary, { recursive: true });
  const requirement = `${wheel.package}==${wheel.version}`;
  const outcome = await runCommand(
    'python3',
    ['-m', 'pip', 'download', '--quiet', ...WHICH_WHEEL, '-d', folder, requirement],
    { environment: { TMPDIR: pipTemporary, PIP_DISABLE_PIP_VERSION_CHECK: '1' }, abort },
  );
  const detail = lastWords(outcome);
  if (/No space left on device/.test(detail)) throw fail('E_DISK', { folder, detail });
  if (outcome.status !== 0) throw fail('E_DOWNLOAD', { what, detail });
  const name = readdirSync(folder).find((file) => file.endsWith('.whl'));
  if (name === undefined) throw fail('E_DOWNLOAD', { what, detail: 'pip succeeded, but there is no wheel.' });
  return join(folder, name);
}
