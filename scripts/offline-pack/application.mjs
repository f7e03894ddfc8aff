/** memproof itself and the packages that it needs when it runs, as they lie in this clone. */
import { copyFileSync, mkdirSync, readdirSync } from 'node:fs';
import { basename, dirname, extname, join, relative } from 'node:path';
import { runProgram } from './program.mjs';

/** The files that `npm pack` would take, without what only a compiler or a debugger reads. */
export async function stagePackage(root, stage, abort) {
  const listed = await runProgram('npm', ['pack', '--dry-run', '--json', '--loglevel=error'], { cwd: root, abort });
  const [{ files }] = JSON.parse(listed);
  const wanted = files.map(({ path }) => path).filter((path) => !/^dist\/.*\.(?:map|d\.ts)$/.test(path));
  for (const path of wanted) copy(join(root, path), join(stage, path));
}

/** The packages that package.json's `dependencies` lead to. */
export async function stageDependencies(root, stage, abort) {
  const args = ['ls', '--omit=dev', '--all', '--parseable', '--loglevel=error'];
  const [, ...folders] = (await runProgram('npm', args, { cwd: root, abort })).trim().split('\n');
  for (const folder of folders) {
    for (const file of filesIn(folder)) {
      const path = relative(root, file);
      if (isLoadable(path)) copy(file, join(stage, path));
    }
  }
}

/**
 * What Node can load, and licences. tfjs's packages hold the same code six times, for browsers and bundlers; Node loads `*.node.js` of
 * each, and of tfjs-node-gpu the modules one by one. core-js is for browsers; no bundle for Node asks for it.
 */
function isLoadable(path) {
  const name = basename(path);
  if (/^(?:licen[cs]e|notice|copying)/i.test(name) || name === 'package.json') return true;
  if (path.startsWith('node_modules/core-js/') || name.endsWith('.min.js') || name.endsWith('_test.js')) return false;
  if (/^node_modules\/@tensorflow\/tfjs(?!-node)/.test(path) && !path.includes('/node_modules/', 13))
    return name.endsWith('.node.js');
  return ['.js', '.cjs', '.mjs', '.json', '.node'].includes(extname(name));
}

/** Not those of packages inside: they are listed themselves. */
function filesIn(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : filesIn(path);
    return entry.isFile() ? [path] : [];
  });
}

function copy(from, to) {
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(from, to);
}
