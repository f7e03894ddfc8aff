/** A command of memproof. In a clone it first brings packages and build up to date; an installed package has both, and no tsconfig.json. */
import { existsSync } from 'node:fs';
import { bootstrap, reportProblem, requireNode } from '../bootstrap.mjs';

/** `load` imports the compiled module, whose `main` gets the command line and answers with the exit code. */
export async function runCompiled(load) {
  const isClone = existsSync(new URL('../../tsconfig.json', import.meta.url));
  try {
    requireNode(process.versions.node);
    if (isClone) await bootstrap({ only: ['packages', 'build'] });
    const { main } = await load();
    process.exitCode = await main(process.argv.slice(2));
  } catch (error) {
    process.exitCode = reportProblem(error);
  }
}
