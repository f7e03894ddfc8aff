import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  diagnose,
  folderFinding,
  glibcFinding,
  nodeFinding,
  platformFinding,
  processorFinding,
} from '../../src/runtime/doctor.ts';

afterEach(() => vi.unstubAllEnvs());

describe('diagnose', () => {
  it('finds TensorFlow and its version where it is set up', async () => {
    const findings = await diagnose();
    expect(findings.filter(({ status }) => status === 'fatal')).toEqual([]);
    expect(findings.find(({ id }) => id === 'library')?.fact).toBe('TensorFlow loads and says that it is 2.18.1.');
  });

  it('says what to do where it is not, and does not try to load it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'memproof-doctor-'));
    vi.stubEnv('MEMPROOF_RUNTIME_DIR', folder);
    const findings = await diagnose();
    expect(findings.find(({ id }) => id === 'installation')).toMatchObject({
      status: 'fatal',
      remedy: 'Run `memproof setup`.',
    });
    expect(findings.map(({ id }) => id)).not.toContain('library');
    rmSync(folder, { recursive: true });
  });

  it('gives a remedy exactly where something is wrong', async () => {
    for (const { status, remedy } of await diagnose()) expect(remedy === null).toBe(status === 'ok');
  });
});

describe('single findings', () => {
  it.each([
    [platformFinding('linux', 'x64'), 'ok'],
    [platformFinding('linux', 'arm64'), 'fatal'],
    [glibcFinding('2.17'), 'ok'],
    [glibcFinding('3.0'), 'ok'],
    [glibcFinding('2.12'), 'fatal'],
    [glibcFinding(null), 'fatal'],
    [processorFinding('model name\t: x\nflags\t\t: fpu avx sse\n'), 'ok'],
    [processorFinding('flags\t\t: fpu sse avx2\n'), 'fatal'],
    [processorFinding(null), 'warning'],
  ])('%o', (finding, status) => expect(finding.status).toBe(status));

  it('looks at the nearest existing path of the runtime folder', () => {
    const folder = mkdtempSync(join(tmpdir(), 'memproof-doctor-'));
    expect(folderFinding(join(folder, 'not/yet/there')).status).toBe('ok');
    for (const path of [process.execPath, join(process.execPath, 'below')])
      expect(folderFinding(path)).toMatchObject({ status: 'fatal', fact: `${process.execPath} is not a folder.` });
    rmSync(folder, { recursive: true });
  });

  it('mentions the functions that are put back from Node 23 on', () => {
    expect(nodeFinding('22.1.0').fact).toBe('Node 22.1.0.');
    expect(nodeFinding('24.0.0').fact).toContain('put back');
  });
});
