import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  chooseDevice,
  chooseWheel,
  passedOverGpu,
  selectedVersion,
  selectVersion,
  wheelOf,
} from '../../src/runtime/choice.ts';
import { removeRuntime } from '../../src/runtime/setup/remove.ts';
import { TENSORFLOW_2_21_CPU, TENSORFLOW_CPU, TENSORFLOW_GPU } from '../../src/runtime/setup/wheel.ts';
import { memproof } from '../cli/memproof.ts';

let runtime: string;
beforeEach(() => {
  runtime = mkdtempSync(join(tmpdir(), 'memproof-choice-'));
  vi.stubEnv('MEMPROOF_RUNTIME_DIR', runtime);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(runtime, { recursive: true });
});

it('a set-up that is refused selects nothing', () => {
  const ended = memproof('setup', '--tensorflow', '2.21.0', '--device', 'gpu');
  expect(ended.exitCode).toBe(2);
  expect(readdirSync(runtime)).toEqual([]);
});

describe('the version', () => {
  it('stays selected in the runtime folder', () => {
    expect(selectedVersion()).toBe('2.18.1');
    selectVersion('2.21.0');
    expect(selectedVersion()).toBe('2.21.0');
    expect(chooseWheel('cpu')).toBe(TENSORFLOW_2_21_CPU);
    selectVersion('2.18.1');
    expect(chooseWheel('cpu')).toBe(TENSORFLOW_CPU);
    expect(readdirSync(runtime)).toEqual([]);
  });

  it('without a GPU build is never chosen for a GPU', () => {
    selectVersion('2.21.0');
    expect(chooseDevice('auto')).toBe('cpu');
    expect(passedOverGpu('auto')).toBeNull(); // there is none that it could not use
    expect(() => wheelOf('gpu')).toThrow('TensorFlow 2.21.0 cannot be set up for a gpu.');
  });
});

it('auto is the CPU where the shell hides every GPU; what is asked for by name stays', () => {
  vi.stubEnv('CUDA_VISIBLE_DEVICES', '');
  expect(chooseDevice('auto')).toBe('cpu');
  expect(chooseDevice('gpu')).toBe('gpu');
  expect(chooseWheel('gpu')).toBe(TENSORFLOW_GPU);
});

it('removes what set-ups made, and nothing else', () => {
  for (const name of ['tensorflow-2.18.1-cpu', 'tensorflow-2.18.1-gpu', 'tensorflow-2.17.0-cpu', 'downloads', 'mine']) {
    mkdirSync(join(runtime, name));
    writeFileSync(join(runtime, name, 'file'), 'x'.repeat(100));
  }
  const removed = removeRuntime('unused');
  expect(removed).toEqual([
    { folder: join(runtime, 'downloads'), bytes: 100 },
    { folder: join(runtime, 'tensorflow-2.17.0-cpu'), bytes: 100 },
  ]);
  selectVersion('2.21.0');
  removeRuntime('all');
  expect(readdirSync(runtime)).toEqual(['mine']);
  expect(selectedVersion()).toBe('2.18.1');
});
