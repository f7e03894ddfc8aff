/** `memproof setup`: fetch and build the TensorFlow runtime; does nothing twice. */
import { EXIT, type ExitCode } from '../../errors.ts';
import { setUpRuntime } from '../../runtime/setup/index.ts';
import { interruptible } from '../interrupt.ts';
import { story } from '../progress.ts';
import { print } from '../terminal.ts';

export async function setup(flags: { quiet: boolean; verbose: boolean; json: boolean }): Promise<ExitCode> {
  const { say } = story(flags);
  const installation = await interruptible((abort) => setUpRuntime({ say, abort }));
  const { tensorflowVersion, build, folder } = installation;
  if (flags.json) print(`${JSON.stringify(installation)}\n`);
  say(`TensorFlow ${tensorflowVersion} (${build}) is ready in ${folder}`);
  return EXIT.ok;
}
