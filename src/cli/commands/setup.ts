/** `memproof setup`: fetch and build the TensorFlow runtime; does nothing twice. */
import { EXIT, type ExitCode } from '../../errors.ts';
import { setUpRuntime } from '../../runtime/setup/index.ts';
import { story } from '../progress.ts';

export async function setup(flags: { quiet: boolean; verbose: boolean }): Promise<ExitCode> {
  const { say } = story(flags);
  const { tensorflowVersion, build, folder } = await setUpRuntime({ say });
  say(`TensorFlow ${tensorflowVersion} (${build}) is ready in ${folder}`);
  return EXIT.ok;
}
