#!/usr/bin/env node
/** The command `memproof`. In a clone it first brings packages and build up to date; an installed package has both, and no tsconfig.json. */
import { existsSync } from 'node:fs';
import { bootstrap, reportProblem, requireNode } from './bootstrap.mjs';

const isClone = existsSync(new URL('../tsconfig.json', import.meta.url));
try {
  requireNode(process.versions.node);
  if (isClone) await bootstrap({ only: ['packages', 'build'] });
  const { main } = await import('../dist/cli/main.js');
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.exitCode = reportProblem(error);
}
