/** A pack of the CPU build: made, unpacked where there is almost nothing, used there; and what is refused. */
import { execFileSync, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, symlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../src/runtime/folder.ts';
import { type Ended, temporaryFolder } from '../cli/memproof.ts';

const folder = temporaryFolder();
const [pack, unpacked, bare] = [join(folder, 'pack'), join(folder, 'unpacked'), join(folder, 'bin')];
const MAKE = join(packageRoot(), 'scripts/offline-pack/make.mjs');

function run(program: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<Ended> {
  const child = spawn(program, args, { env, cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exitCode) =>
      resolve({ exitCode, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() }),
    );
  });
}

const make = (...args: string[]): Promise<Ended> => run(process.execPath, [MAKE, ...args], process.env);

/** As `env -i` with nothing in reach but these: no compiler, no Python, no npm, no other Node. */
const BARE_TOOLS = ['cat', 'dirname', 'ls', 'mkdir', 'readlink', 'rm', 'sha256sum', 'tar', 'xz'];
const bareRun = (program: string, ...args: string[]): Promise<Ended> => run(program, args, { PATH: bare });
const unpack = (destination: string): Promise<Ended> =>
  bareRun('/bin/bash', join(pack, 'unpack.sh'), pack, destination);

describe('the offline pack', () => {
  beforeAll(async () => {
    mkdirSync(bare);
    for (const tool of BARE_TOOLS) {
      const path = execFileSync('/bin/sh', ['-c', `command -v ${tool}`], { encoding: 'utf8' }).trim();
      symlinkSync(path, join(bare, tool));
    }
    // The Node that runs here, because the one that is packed otherwise would be fetched.
    const made = await make(pack, '--xz', '0', '--piece-mib', '20', '--node', process.execPath);
    expect(made).toMatchObject({ exitCode: 0, stdout: '' });
  }, 240_000);

  it('is pieces of the wanted size with their checksums, and the script that unpacks them', () => {
    const pieces = readdirSync(pack).filter((name) => /^memproof-[\d.]+-cpu\.tar\.xz\.\d\d$/.test(name));
    expect(pieces.length).toBeGreaterThan(3);
    expect(readdirSync(pack).sort()).toEqual([...pieces, 'SHA256SUMS', 'unpack.sh'].sort());
    expect(readFileSync(join(pack, 'SHA256SUMS'), 'utf8').trim().split('\n')).toHaveLength(pieces.length);
    expect(readFileSync(join(pack, pieces[0] ?? '')).length).toBe(20 * 2 ** 20);
  });

  it('is ready where it was unpacked: the doctor, and a measurement', async () => {
    const tried = await unpack(unpacked);
    expect(tried).toMatchObject({ exitCode: 0, stderr: '' });
    expect(tried.stdout).not.toMatch(/^(?:warning|fatal)/m);
    expect(tried.stdout.trimEnd().split('\n').at(-1)).toMatch(
      /^All \d known answers are right; the CPU was used, not a GPU: this pack has the CPU build of TensorFlow\.$/,
    );

    const size = ['model.layers=1', 'batch.size=1', 'batch.sequenceLength=8', 'model.vocabularySize=20'];
    const sets = size.flatMap((pair) => ['--set', pair]);
    const measured = await bareRun(
      join(unpacked, 'memproof'),
      'run',
      ...sets,
      '--device',
      'cpu',
      '-o',
      join(folder, 'result'),
    );
    expect(measured).toMatchObject({ exitCode: 0 });
    expect(measured.stderr).toContain('1 measured');
    expect(measured.stderr).not.toMatch(/compiling|downloading|unavailable/);
    const { outcome, environment } = JSON.parse(readFileSync(join(folder, 'result/records.jsonl'), 'utf8'));
    expect({ outcome, kind: environment.device.kind }).toEqual({ outcome: 'measured', kind: 'cpu' });
    rmSync(unpacked, { recursive: true });
  }, 120_000);

  it('is refused if one byte of it changed, and nothing is unpacked', async () => {
    const piece = readdirSync(pack).find((name) => name.endsWith('.02')) ?? '';
    flipByte(join(pack, piece), 12_345);
    const refused = await unpack(unpacked);
    expect(refused.exitCode).toBe(3);
    expect(refused.stderr).toContain(`${piece}: FAILED`);
    expect(refused.stderr).toContain('E_PIECE_DAMAGED');
    expect(readdirSync(folder)).not.toContain('unpacked');
  });

  it('goes neither into a folder with something in it, nor out of one', async () => {
    expect(await unpack(bare)).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('E_FOLDER_NOT_EMPTY') });
    expect(await make(bare)).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('E_FOLDER_NOT_EMPTY') });
  });
});

describe('make.mjs', () => {
  it('explains itself', async () => {
    const { exitCode, stdout } = await make('--help');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^Usage: .*\n[\s\S]*--piece-mib/);
  });

  it.each([
    [[], 'OUT, the folder for the pack, is missing.'],
    [['x', 'y'], 'there is also "y"'],
    [['x', '--cuda', 'shim'], '--cuda shim needs --device gpu.'],
    [['x', '--arch', '90'], '--arch needs --device gpu.'],
    [['x', '--xz', '10'], '--xz is a whole number from 0 to 9, not "10".'],
    [['x', '--piece-mib', '5M'], '--piece-mib is a whole number'],
    [['x', '--size', '5'], "Unknown option '--size'"],
  ])('refuses %j', async (args, fact) => {
    const { exitCode, stderr } = await make(...args);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/^memproof: E_USAGE: .*\n {2}→ See .*--help`\.\n$/);
    expect(stderr).toContain(fact);
    expect(readdirSync(folder)).not.toContain('x');
  });
});

function flipByte(path: string, position: number): void {
  const byte = (readFileSync(path)[position] ?? 0) ^ 1;
  const file = openSync(path, 'r+');
  writeSync(file, Buffer.from([byte]), 0, 1, position);
  closeSync(file);
}
