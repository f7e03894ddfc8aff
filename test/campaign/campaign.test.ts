/** The campaign as a user runs it, on the real TensorFlow of the CPU: bounded in time, interrupted, gone on with. */
import { spawn, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../src/runtime/folder.ts';
import { temporaryFolder } from '../cli/memproof.ts';

const folder = temporaryFolder();

interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** `interruptAfter`: Ctrl-C once so many configurations were measured. */
function campaign(minutes: string, interruptAfter = Number.POSITIVE_INFINITY): Promise<Ended> {
  const args = ['--device', 'cpu', '--minutes', minutes, '-o', folder];
  const child = spawn(join(packageRoot(), 'scripts/gpu/campaign'), args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const streams = { stdout: '', stderr: '' };
  let interrupted = false;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    streams.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    streams.stderr += text;
    const measured = (streams.stderr.match(/^memproof: \[\d+\/20\]/gm) ?? []).length;
    if (measured >= interruptAfter && !interrupted) interrupted = child.kill('SIGINT');
  });
  return new Promise((resolve) => child.on('close', (exitCode) => resolve({ exitCode, ...streams })));
}

const recordIds = (): string[] =>
  readFileSync(join(folder, 'quickstart.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).configId);

describe('scripts/gpu/campaign', () => {
  it('keeps what was measured when it is interrupted, goes on from there, and says what is missing', async () => {
    const interrupted = await campaign('9', 2);
    expect([interrupted.exitCode, interrupted.stdout]).toEqual([130, '']);
    const first = recordIds();
    expect(first.length).toBeGreaterThanOrEqual(2);
    const report = readFileSync(join(folder, 'report.md'), 'utf8');
    expect(report).toContain('Not complete; the same command adds what is missing:');
    expect(report).toContain(`quickstart: ${20 - first.length} of 20 configurations`);
    expect(report).toContain(`${first.length} of 20 configurations; ${first.length} measured.`);
    expect(readdirSync(folder).sort()).toEqual(['doctor.json', 'quickstart.jsonl', 'report.md', 'smoke.json']);

    const timeIsOver = await campaign('0.01');
    expect(timeIsOver.exitCode).toBe(4);
    expect(timeIsOver.stderr).toContain('E_TIME_OVER');
    expect(recordIds()).toEqual(first);

    expect((await campaign('9', 1)).exitCode).toBe(130);
    const second = recordIds();
    expect(second.length).toBeGreaterThan(first.length);
    expect(second.slice(0, first.length)).toEqual(first);
    expect(new Set(second).size).toBe(second.length); // nothing was measured twice
  }, 180_000); // three campaigns on the real TensorFlow, on a machine that may be busy

  it('refuses what it cannot do, and only says how where that is asked', async () => {
    const { exitCode, stderr } = await campaign('0');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('--minutes');
    const help = spawnSync(join(packageRoot(), 'scripts/gpu/campaign'), ['--help'], { encoding: 'utf8' });
    expect([help.status, help.stderr]).toEqual([0, '']);
    expect(help.stdout).toContain('--minutes');
  });
});
