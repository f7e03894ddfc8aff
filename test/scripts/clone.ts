/** A small clone of its own for the scripts: npm and tsc are the real ones, and nothing needs the network. */
import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { packageRoot } from '../../src/runtime/folder.ts';

export interface Ended {
  readonly status: number | null;
  readonly stderr: string;
}

export interface Clone {
  readonly folder: string;
  put(path: string, content: string): void;
  start(script: string, args: string[], env?: NodeJS.ProcessEnv): { child: ChildProcess; ended: Promise<Ended> };
  bootstrap(args?: string[], env?: NodeJS.ProcessEnv): Promise<Ended>;
  /** The environment with an `npm` in front of the real one: it notes the call, waits and then does what was asked. */
  slowNpm(seconds: number): NodeJS.ProcessEnv;
  npmCalls(): number;
}

export function makeClone(parent: string): Clone {
  const folder = mkdtempSync(join(parent, 'clone-'));
  const put: Clone['put'] = (path, content) => {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), content);
  };
  fill(folder, put);

  const start: Clone['start'] = (script, args, env = {}) => {
    const child = spawn(process.execPath, [join(folder, 'scripts', script), ...args], {
      cwd: tmpdir(), // anywhere
      env: { ...process.env, ...env },
      stdio: ['ignore', 'inherit', 'pipe'],
    });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    return { child, ended: new Promise((resolve) => child.on('close', (status) => resolve({ status, stderr }))) };
  };

  const calls = join(folder, 'npm-calls');
  return {
    folder,
    put,
    start,
    bootstrap: (args = [], env = {}) => start('bootstrap.mjs', args, env).ended,
    slowNpm(seconds) {
      const script = `#!/bin/sh\necho call >> '${calls}'\nsleep ${seconds}\nPATH="\${PATH#*:}"\nexec npm "$@"\n`;
      mkdirSync(join(folder, 'bin'));
      writeFileSync(join(folder, 'bin/npm'), script, { mode: 0o755 });
      return { PATH: `${join(folder, 'bin')}${delimiter}${process.env['PATH']}` };
    },
    npmCalls: () => (existsSync(calls) ? readFileSync(calls, 'utf8').trim().split('\n').length : 0),
  };
}

/**
 * Its packages lie in the clone: the compiler and the bundler stand for those of this repository, tfjs is nothing but the files that are
 * bundled.
 */
function fill(folder: string, put: Clone['put']): void {
  cpSync(join(packageRoot(), 'scripts'), join(folder, 'scripts'), { recursive: true });
  const own = (path: string): string => JSON.stringify(join(packageRoot(), 'node_modules', path));
  put('packages/typescript/bin/tsc', `require(${own('typescript/bin/tsc')})`);
  put('packages/rolldown/index.mjs', `export * from ${own('rolldown/dist/index.mjs')}`);
  put('packages/tfjs-core/dist/index.js', 'export class KernelBackend {}');
  put('packages/tfjs-core/dist/register_all_gradients.js', '');
  put('packages/tfjs-node-gpu/dist/nodejs_kernel_backend.js', 'exports.NodeJSKernelBackend = null;');
  put('packages/tfjs-node-gpu/dist/register_all_kernels.js', '');
  const dependencies: Record<string, string> = {};
  const packages: Record<string, object> = {};
  for (const name of ['typescript', 'rolldown', '@tensorflow/tfjs-core', '@tensorflow/tfjs-node-gpu']) {
    const at = `packages/${name.replace(/.*\//, '')}`;
    put(`${at}/package.json`, JSON.stringify({ name, version: '1.0.0', main: 'index.mjs' }));
    dependencies[name] = `file:${at}`;
    packages[`node_modules/${name}`] = { resolved: at, link: true };
    packages[at] = { name, version: '1.0.0' };
  }
  put('package.json', JSON.stringify({ name: 'clone', version: '1.0.0', type: 'module', dependencies }));
  packages[''] = { name: 'clone', version: '1.0.0', dependencies };
  put('package-lock.json', JSON.stringify({ name: 'clone', version: '1.0.0', lockfileVersion: 3, packages }));
  const compilerOptions = { module: 'nodenext', target: 'es2023', rootDir: 'src', types: [], skipLibCheck: true };
  put('tsconfig.json', '{}'); // what tells a clone from an installed package
  put('tsconfig.build.json', JSON.stringify({ compilerOptions, include: ['src'] }));
  put('src/cli/main.ts', 'export async function main(argv: string[]): Promise<number> { return argv.length; }');
  put('src/runtime/setup/index.ts', 'export async function setUpRuntime() {}');
}
