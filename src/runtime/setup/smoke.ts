/** Loads an addon in a process of its own, because a broken library may end the process that loads it. */
import { fail } from '../../errors.ts';
import { lastWords, runCommand } from './command.ts';

const SCRIPT = `
const addon = { exports: {} };
process.dlopen(addon, process.argv[1]);
process.stdout.write(String(addon.exports[process.argv[2]]));
`;

/** The version that the loaded TensorFlow says it has. Throws E_RUNTIME_LOAD with the loader's own words. */
export const loadedTensorflowVersion = (addonPath: string, abort?: AbortSignal): Promise<string> =>
  exportOfAddon(addonPath, 'TF_Version', abort);

/** What the addon exports under `name`, as text. Throws E_RUNTIME_LOAD. */
export async function exportOfAddon(addonPath: string, name: string, abort?: AbortSignal): Promise<string> {
  // Loading must not wake a GPU, and TensorFlow's greetings are not errors.
  const environment = { CUDA_VISIBLE_DEVICES: '', TF_CPP_MIN_LOG_LEVEL: '2' };
  const outcome = await runCommand(process.execPath, ['-e', SCRIPT, addonPath, name], { environment, abort });
  if (outcome.status === 0) return outcome.stdout;
  const reason = /^Error: (.*)$/m.exec(outcome.stderr)?.[1];
  throw fail('E_RUNTIME_LOAD', { detail: reason ?? `the process that loaded it died: ${lastWords(outcome, 3)}` });
}

export async function requireTensorflowVersion(addonPath: string, wanted: string, abort?: AbortSignal): Promise<void> {
  const found = await loadedTensorflowVersion(addonPath, abort);
  if (found !== wanted) throw fail('E_RUNTIME_LOAD', { detail: `it is version ${found}; wanted is ${wanted}.` });
}
