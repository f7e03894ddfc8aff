#!/usr/bin/env node
/** Makes the offline pack: see docs/offline.md. Plain JavaScript like the bootstrap, because it builds what it packs. */
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { interruptible } from '../bootstrap/interrupt.mjs';
import { EXIT, problem } from '../bootstrap/problem.mjs';
import { bootstrap, reportProblem } from '../bootstrap.mjs';
import { stageDependencies, stagePackage } from './application.mjs';
import { makePieces } from './archive.mjs';
import { stageNode } from './nodeBinary.mjs';
import { readOptions, USAGE } from './options.mjs';
import { prepareFolder } from './outFolder.mjs';
import { stageRuntime } from './runtime.mjs';

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = dirname(dirname(HERE));
const say = (line) => process.stderr.write(`memproof: ${line}\n`);
const compiled = (path) => import(pathToFileURL(join(ROOT, 'dist', path)).href);

async function make(options) {
  if (!existsSync(join(ROOT, 'tsconfig.json')))
    throw problem(
      'E_NOT_A_CLONE',
      EXIT.usage,
      'An installed package cannot be packed: its dependencies lie elsewhere.',
      'Run this in a clone of memproof.',
    );
  const out = resolve(options.out);
  prepareFolder(out);
  await bootstrap({ only: ['packages', 'build'] });
  await interruptible(async (abort) => {
    const scratch = mkdtempSync(join(out, 'unfinished-'));
    try {
      await fill({ out, scratch, options, abort });
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
  });
}

/** unpack.sh comes last: a folder with it holds a finished pack. */
async function fill({ out, scratch, options, abort }) {
  const stage = join(scratch, 'stage');
  mkdirSync(stage);
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const runtime = await timed('the TensorFlow that is packed', () =>
    stageTensorflow({ stage, scratch, options, abort }),
  );
  await timed('memproof and its packages', async () => {
    await stagePackage(ROOT, stage, abort);
    await stageDependencies(ROOT, stage, abort);
    await stageCommit(stage);
    copyFileSync(join(HERE, 'launcher.sh'), join(stage, 'memproof'));
    chmodSync(join(stage, 'memproof'), 0o755);
  });
  await timed('Node', async () => say(`Node ${await stageNode(options.node, stage, scratch, abort)}`));
  const name = `memproof-${version}-${options.device}`;
  const made = await timed(`tar, xz -${options.xz}, split`, () => makePieces({ stage, out, name, options, abort }));
  copyFileSync(join(HERE, 'unpack.sh'), join(out, 'unpack.sh'));
  if (runtime.cuda === 'shim') say('shims of cuBLAS have not been tried on a GPU');
  say(
    `${made.pieces} pieces, ${(made.bytes / 2 ** 20).toFixed(1)} MiB; there: bash unpack.sh ${relative('.', out) || '.'} DEST`,
  );
}

/** memproof's own set-up makes it, or finds it made. */
async function stageTensorflow({ stage, scratch, options, abort }) {
  const { setUpRuntime } = await compiled('runtime/setup/index.js');
  const { compilerCommand } = await compiled('runtime/setup/compile.js');
  const { wheelOf } = await compiled('runtime/choice.js');
  const { runtimeFolder } = await compiled('runtime/folder.js');
  const { gitFacts } = await compiled('runner/provenance.js');
  const { examineStatistics, statisticsPaths } = await compiled('runtime/installation.js');
  const installation = await setUpRuntime({ say, abort, wheel: wheelOf(options.device) });
  const found = examineStatistics(installation);
  if ('reason' in found) say(`packed without the ledger \`allocated\`: ${found.reason}`);
  return stageRuntime({
    installation,
    statistics: 'reason' in found ? null : statisticsPaths(installation),
    selection: join(runtimeFolder(), 'selected-tensorflow'),
    commit: gitFacts(ROOT).commit,
    stage,
    scratch,
    compiler: compilerCommand(),
    options,
    say,
    abort,
  });
}

/** Records name the code that measured; there is no history in a pack. */
async function stageCommit(stage) {
  const { gitFacts, PACKED_COMMIT_FILE } = await compiled('runner/provenance.js');
  const { commit, dirty } = gitFacts(ROOT);
  if (commit !== null) writeFileSync(join(stage, PACKED_COMMIT_FILE), `${JSON.stringify({ commit, dirty })}\n`);
}

async function timed(what, action) {
  const startMs = performance.now();
  const result = await action();
  say(`${what} … ${((performance.now() - startMs) / 1000).toFixed(1)} s`);
  return result;
}

try {
  const options = readOptions(process.argv.slice(2));
  if (options.help) process.stdout.write(USAGE);
  else await make(options);
} catch (error) {
  process.exitCode = reportProblem(error);
}
