#!/usr/bin/env node
/**
 * Makes a clone ready to use: packages, the build in dist/, TensorFlow. A step with nothing to do is skipped and says nothing.
 * Plain Node without packages, because it runs before there are any.
 */
import { realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build, buildIsCurrent } from './bootstrap/build.mjs';
import { interruptible } from './bootstrap/interrupt.mjs';
import { installPackages, packagesAreCurrent } from './bootstrap/packages.mjs';
import { describeProblem, EXIT, problem } from './bootstrap/problem.mjs';

export const STEPS = ['packages', 'build', 'tensorflow'];
const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const write = (text) => process.stderr.write(text);

/** Runs the steps named in `only` (default: all of them), in order. Throws a problem that `reportProblem` can print. */
export async function bootstrap({ only = STEPS } = {}) {
  requireNode(process.versions.node);
  await interruptible(async (abort) => {
    if (only.includes('packages') && !packagesAreCurrent(ROOT))
      await timed('installing packages', () => installPackages(ROOT, say, abort), abort);
    if (only.includes('build') && !buildIsCurrent(ROOT)) await timed('building', () => build(ROOT, abort), abort);
    if (only.includes('tensorflow')) await setUpTensorflow(abort);
  });
}

/** The oldest Node is that of package.json's `engines`: from 20.19 on, `require` of an ES module works, which the packages rely on. */
export function requireNode(found) {
  const [major = 0, minor = 0] = found.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  throw problem('E_NODE_VERSION', EXIT.environment, `Node ${found} is too old.`, 'Install Node 20.19 or newer.');
}

/** Prints what went wrong and returns the exit code that belongs to it. */
export function reportProblem(error) {
  write(describeProblem(error));
  return error?.exitCode ?? EXIT.internal;
}

async function setUpTensorflow(abort) {
  const entry = pathToFileURL(join(ROOT, 'dist/runtime/setup/index.js')).href;
  const { setUpRuntime } = await import(entry);
  await setUpRuntime({ say, abort });
}

/** A step's line stays open until its time is known; what is said meanwhile goes on lines of its own. */
let lineIsOpen = false;

function say(line) {
  write(`${lineIsOpen ? '\n' : ''}memproof: ${line}\n`);
  lineIsOpen = false;
}

async function timed(what, action, abort) {
  const start = performance.now();
  write(`memproof: ${what} …`);
  lineIsOpen = true;
  let outcome;
  try {
    await action();
    outcome = `${((performance.now() - start) / 1000).toFixed(1)} s`;
  } finally {
    outcome ??= abort.aborted ? 'interrupted' : 'failed';
    write(lineIsOpen ? ` ${outcome}\n` : `memproof: ${what} … ${outcome}\n`);
    lineIsOpen = false;
  }
}

function chosenSteps(args) {
  if (args.length === 0) return STEPS;
  const [option, list, ...rest] = args[0].startsWith('--only=') ? ['--only', args[0].slice(7), ...args.slice(1)] : args;
  const steps = list?.split(',') ?? [];
  const wrong =
    option !== '--only' || steps.length === 0 || rest.length > 0 || steps.some((step) => !STEPS.includes(step));
  if (!wrong) return steps;
  throw problem(
    'E_USAGE',
    EXIT.usage,
    `Cannot make sense of "${args.join(' ')}".`,
    `Usage: bootstrap.mjs [--only ${STEPS.join(',')}]`,
  );
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    await bootstrap({ only: chosenSteps(process.argv.slice(2)) });
  } catch (error) {
    process.exitCode = reportProblem(error);
  }
}
