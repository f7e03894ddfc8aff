/** The campaign's entry: in a clone it first brings packages and build up to date. What it does is in src/campaign. */
import { existsSync } from 'node:fs';
import { bootstrap, reportProblem, requireNode } from '../bootstrap.mjs';

const isClone = existsSync(new URL('../../tsconfig.json', import.meta.url));
try {
  requireNode(process.versions.node);
  if (isClone) await bootstrap({ only: ['packages', 'build'] });
  const { main } = await import('../../dist/campaign/main.js');
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.exitCode = reportProblem(error);
}
