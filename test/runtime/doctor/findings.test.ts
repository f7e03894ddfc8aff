/** Findings about what a test cannot prepare: another processor, another C library, another kernel. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { libraryFindings } from '../../../src/runtime/doctor/cudaLibraries.ts';
import { kernelModuleVersion } from '../../../src/runtime/doctor/driver.ts';
import { otherVersions } from '../../../src/runtime/doctor/findable.ts';
import { glibcFinding, isOlder, platformFinding, processorFinding } from '../../../src/runtime/doctor/machine.ts';
import { messagesThatMatter } from '../../../src/runtime/doctor/messages.ts';
import { nodeApiFinding, utilFinding } from '../../../src/runtime/doctor/node.ts';
import { causeOfLoadFailure, folderFinding } from '../../../src/runtime/doctor/setUp.ts';

it.each([
  [platformFinding('linux', 'x64'), 'ok'],
  [platformFinding('linux', 'arm64'), 'fatal'],
  [platformFinding('darwin', 'x64'), 'fatal'],
  [glibcFinding('2.17', '2.17'), 'ok'],
  [glibcFinding('3.0', '2.17'), 'ok'],
  [glibcFinding('2.12', '2.17'), 'fatal'],
  [glibcFinding('2.26', '2.27'), 'fatal'], // what TensorFlow 2.21 wants
  [glibcFinding(null, '2.17'), 'fatal'],
  [processorFinding('model name\t: x\nflags\t\t: fpu avx sse\n'), 'ok'],
  [processorFinding('flags\t\t: fpu sse avx2\n'), 'fatal'],
  [processorFinding(null), 'warning'],
  [nodeApiFinding(9), 'ok'],
  [nodeApiFinding(7), 'fatal'],
])('%o', (finding, status) => expect(finding.status).toBe(status));

describe('versions', () => {
  it.each([
    ['2.9', '2.17', true],
    ['2.17', '2.17', false],
    ['525.60.12', '525.60.13', true],
    ['525.60.13', '525.60.13', false],
    ['550.54', '525.60.13', false],
    ['525', '525.60.13', true],
  ])('%s is older than %s: %s', (version, than, expected) => expect(isOlder(version, than)).toBe(expected));

  it('that of the kernel module, closed and open', () => {
    const closed =
      'NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.104.05  Sat Aug 19 01:15:15 UTC 2023\nGCC version: 12\n';
    const open = 'NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  550.54.14  Release Build\n';
    expect([closed, open, 'something else', null].map(kernelModuleVersion)).toEqual([
      '535.104.05',
      '550.54.14',
      null,
      null,
    ]);
  });
});

describe('Node', () => {
  it('mentions what is put back from Node 23 on', () => {
    const there = { facts: { missing: [], refusal: null }, stderr: '' };
    expect(utilFinding('22.1.0', there).fact).not.toContain('put back');
    expect(utilFinding('24.0.0', there).fact).toContain('put back');
  });
});

it('looks at the nearest existing path of the runtime folder', () => {
  const folder = mkdtempSync(join(tmpdir(), 'memproof-doctor-'));
  expect(folderFinding(join(folder, 'not/yet/there')).status).toBe('ok');
  for (const path of [process.execPath, join(process.execPath, 'below')])
    expect(folderFinding(path)).toMatchObject({ status: 'fatal', fact: `${process.execPath} is not a folder.` });
  rmSync(folder, { recursive: true });
});

it('other numbers of a library, one path each', () => {
  const files = [
    '/a/libcublas.so',
    '/a/libcublas.so.12',
    '/a/libcublas.so.13.1',
    '/b/libcublas.so.13',
    '/b/libcublasLt.so.13',
    '/b/libcublas.so.11',
  ];
  expect(otherVersions('libcublas.so.12', files)).toEqual(['/a/libcublas.so.13.1', '/b/libcublas.so.11']);
});

it.each([
  ['libtensorflow.so.2: cannot open shared object file', /stock libtensorflow/],
  ["/lib/libstdc++.so.6: version `GLIBCXX_3.4.29' not found", /C or C\+\+ library is older/],
  ["/lib/libc.so.6: version `GLIBC_2.34' not found", /C or C\+\+ library is older/],
  ['it was ended by SIGILL.', /AVX/],
  ['libtensorflow_framework.so.2: cannot open shared object file', /missing from deps\/lib/],
])('%s', (words, meaning) => expect(causeOfLoadFailure(words, 'gpu')).toMatch(meaning));

describe("TensorFlow's stderr", () => {
  const written = [
    '2026-01-31 12:00:00.123456: I external/local_xla/xla/tsl/cuda/cudart_stub.cc:32] Could not find cuda drivers on your machine, GPU will not be used.',
    'WARNING: All log messages before absl::InitializeLog() is called are written to STDERR',
    'E0000 00:00:1769860800.123456    4711 cuda_fft.cc:477] Unable to register cuFFT factory: Attempting to register factory for plugin cuFFT when one has already been registered',
    'E0000 00:00:1769860800.123457    4711 cuda_dnn.cc:8310] Unable to register cuDNN factory: Attempting to register factory for plugin cuDNN when one has already been registered',
    'E0000 00:00:1769860800.123458    4711 cuda_blas.cc:1418] Unable to register cuBLAS factory: Attempting to register factory for plugin cuBLAS when one has already been registered',
    '2026-01-31 12:00:01.123456: E external/local_xla/xla/stream_executor/cuda/cuda_driver.cc:152] failed call to cuInit: INTERNAL: CUDA error: Failed call to cuInit: UNKNOWN ERROR (303)',
    '2026-01-31 12:00:01.123457: E external/local_xla/xla/stream_executor/cuda/cuda_driver.cc:152] failed call to cuInit: INTERNAL: CUDA error: Failed call to cuInit: UNKNOWN ERROR (303)',
    '2026-01-31 12:00:01.123458: I external/local_xla/xla/stream_executor/cuda/cuda_diagnostics.cc:172] kernel reported version is: 550.120.0',
    '2026-01-31 12:00:01.123459: W tensorflow/core/common_runtime/gpu/gpu_device.cc:2343] Cannot dlopen some GPU libraries.',
    '2026-01-31 12:00:01.123460: W tensorflow/core/something.cc:1] The disk is slow.',
    '(node:12) Warning: something of Node',
  ].join('\n');

  it('is left with what says why', () => {
    expect(messagesThatMatter(written, 'gpu')).toEqual([
      'failed call to cuInit: INTERNAL: CUDA error: Failed call to cuInit: UNKNOWN ERROR (303)',
      'kernel reported version is: 550.120.0',
      'Cannot dlopen some GPU libraries.',
      'The disk is slow.',
    ]);
  });

  it('and on the CPU without what is about GPUs', () => {
    expect(messagesThatMatter(written, 'cpu')).toEqual(['kernel reported version is: 550.120.0', 'The disk is slow.']);
  });
});

it('cuDNN without zlib', () => {
  const opened = { failure: 'libz.so.1: cannot open shared object file: No such file or directory', stderr: '' };
  const findings = libraryFindings({
    ...{ checked: [], installationFolder: '/i', setUp: '', files: [], libraryPath: undefined },
    cudnnPart: { path: '/i/libcudnn_graph.so.9', opened },
  });
  expect(findings.find(({ id }) => id === 'cudnn-parts')).toMatchObject({
    status: 'warning',
    cause: expect.stringContaining('cuDNN needs zlib'),
    remedy: expect.stringContaining('zlib1g'),
  });
});
