/** What a TensorFlow wheel says of itself. */
import { basename } from 'node:path';
import { fail } from '../../errors.ts';
import { lastWords, runCommand } from './command.ts';

/** python3 reads zip archives. */
const SCRIPT = `
import sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as archive:
    name = next(name for name in archive.namelist() if name.endswith('.dist-info/METADATA'))
    sys.stdout.buffer.write(archive.read(name))
`;

/** Versions of NVIDIA's packages, by name, as METADATA pins them: `Requires-Dist: nvidia-cublas-cu12 ==12.5.3.2 ; extra == 'and-cuda'`. */
export async function cudaPins(wheelPath: string, abort?: AbortSignal): Promise<Map<string, string>> {
  const outcome = await runCommand('python3', ['-c', SCRIPT, wheelPath], { abort });
  if (outcome.missing) throw fail('E_PYTHON_MISSING', { detail: 'there is no python3.' });
  if (outcome.status !== 0) throw fail('E_WHEEL_DAMAGED', { file: basename(wheelPath), detail: lastWords(outcome, 1) });
  const pins = outcome.stdout.matchAll(/^Requires-Dist: (nvidia-[\w-]+)\s*\(?==\s*([\w.]+)/gm);
  return new Map([...pins].map(([, name = '', version = '']) => [name, version]));
}
