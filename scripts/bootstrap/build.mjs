/** Step 2: dist/ is what the sources say. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { bundleTfjs } from './bundle.mjs';
import { run } from './command.mjs';
import { ownMark, removeLeftovers } from './lock.mjs';
import { EXIT, problem } from './problem.mjs';

// Names that the pattern for dist.* in .gitignore covers.
const NEW = 'dist.tmp-';
const OLD = 'dist.old-';

/** Everything that decides what is made; the lockfile, because it decides with which tsc, of whose types, from which tfjs. */
function sourceHash(root) {
  const inRoot = readdirSync(root).filter((name) => /^tsconfig.*\.json$/.test(name) || name === 'package-lock.json');
  const inFolders = ['src', 'scripts/bootstrap'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(root, join(entry.parentPath ?? entry.path, entry.name))),
  );
  const hash = createHash('sha256');
  for (const path of [...inRoot, ...inFolders].sort()) {
    const content = readFileSync(join(root, path));
    hash.update(`${path}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

export const buildIsCurrent = (root) => isBuiltFrom(join(root, 'dist'), sourceHash(root));

function isBuiltFrom(folder, hash) {
  const stamp = join(folder, '.stamp');
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === hash;
}

/** Builds beside dist/ and swaps at the end: a failed or killed build leaves the old one, and two at once do not mix. */
export async function build(root, abort) {
  removeLeftovers(root, NEW);
  removeLeftovers(root, OLD);
  const hash = sourceHash(root); // before tsc reads them: a file changed meanwhile is built next time
  const made = join(root, NEW + ownMark());
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  try {
    const { status, output } = await run(process.execPath, [tsc, '-p', 'tsconfig.build.json', '--outDir', made], {
      cwd: root,
      abort,
    });
    if (status !== 0)
      throw problem(
        'E_BUILD',
        EXIT.internal,
        `The sources do not compile:\n${output.trimEnd()}`,
        'Mend the places named above.',
      );
    await bundleTfjs(root, join(made, 'tfjs.cjs'));
    writeFileSync(join(made, '.stamp'), hash);
    swapIn(made, root, hash);
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
}

function swapIn(made, root, hash) {
  const dist = join(root, 'dist');
  const old = join(root, OLD + ownMark());
  while (!isBuiltFrom(dist, hash)) {
    tryRename(dist, old, ['ENOENT']);
    tryRename(made, dist, ['ENOTEMPTY', 'EEXIST']); // another build was faster: look at what it put there
    rmSync(old, { recursive: true, force: true });
  }
}

function tryRename(from, to, accepted) {
  try {
    renameSync(from, to);
  } catch (error) {
    if (!accepted.includes(error.code)) throw error;
  }
}
