/** Step 1: node_modules corresponds to package-lock.json. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './command.mjs';
import { withLock } from './lock.mjs';
import { EXIT, firstLines, problem, WITHOUT_TENSORFLOW } from './problem.mjs';

const stampFile = (root) => join(root, 'node_modules/.memproof-stamp');
/** npm writes this list of what it installed as its last act. */
const npmList = (root) => join(root, 'node_modules/.package-lock.json');
const nodeMajor = () => `node ${process.versions.node.split('.')[0]}`;

function wantedStamp(root) {
  const lock = readFileSync(join(root, 'package-lock.json'));
  return `${createHash('sha256').update(lock).digest('hex')} ${nodeMajor()}\n`;
}

export function packagesAreCurrent(root) {
  const stamp = existsSync(stampFile(root)) ? readFileSync(stampFile(root), 'utf8') : null;
  if (stamp === wantedStamp(root)) return true;
  const ofThisNode = stamp === null || stamp.endsWith(`${nodeMajor()}\n`);
  if (!ofThisNode || !npmInstalledTheSame(root)) return false;
  writeFileSync(stampFile(root), wantedStamp(root)); // someone ran npm by hand: no reason to do it again
  return true;
}

function npmInstalledTheSame(root) {
  if (!existsSync(npmList(root))) return false;
  const installed = JSON.parse(readFileSync(npmList(root), 'utf8')).packages;
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const paths = new Set([...Object.keys(installed), ...Object.keys(wanted)].filter((path) => path !== ''));
  return [...paths].every((path) => {
    const [there, want] = [installed[path], wanted[path]];
    if (there === undefined) return want.optional === true || want.devOptional === true; // made for another platform
    const same = want !== undefined && there.version === want.version && there.integrity === want.integrity;
    return same && existsSync(join(root, path, 'package.json'));
  });
}

export function installPackages(root, say, abort) {
  const lockFile = join(root, '.runtime/packages.lock'); // not in node_modules, which `npm ci` removes
  const onWait = () => say('another process installs the packages; waiting for it');
  return withLock(lockFile, { onWait, abort }, async (share) => {
    if (packagesAreCurrent(root)) return;
    rmSync(stampFile(root), { force: true });
    rmSync(npmList(root), { force: true }); // so that a killed `npm ci` never looks finished
    // The build needs the development packages whatever NODE_ENV says.
    const { missing, status, output } = await run('npm', ['ci', '--include=dev', '--loglevel=error'], {
      cwd: root,
      abort,
      onStart: share,
    });
    if (missing) {
      throw problem(
        'E_PACKAGES',
        EXIT.environment,
        'The packages cannot be installed: there is no `npm`.',
        remedy('Install npm (it comes with Node)'),
      );
    }
    if (status !== 0) {
      const message = `The packages could not be installed; \`npm ci\` says:\n${firstLines(output)}`;
      throw problem(
        'E_PACKAGES',
        EXIT.environment,
        message,
        remedy("Check the network and npm's settings (`npm config list`)"),
      );
    }
    writeFileSync(stampFile(root), wantedStamp(root));
  });
}

const remedy = (advice) => `${advice}, then run the command again. ${WITHOUT_TENSORFLOW}`;
