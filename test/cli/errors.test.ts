/** Bad input: one screen with the code and the remedy, the documented exit code, and nothing on stdout. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { selectVersion } from '../../src/runtime/choice.ts';
import { TENSORFLOW_2_21_CPU, TENSORFLOW_GPU } from '../../src/runtime/setup/wheel.ts';
import { memproof, TINY_SWEEP, temporaryFolder, writeJson } from './memproof.ts';

const folder = temporaryFolder();
afterEach(() => vi.unstubAllEnvs());
const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
mkdirSync(join(folder, 'empty'));
const sweep = writeJson(folder, 'tiny.json', TINY_SWEEP);

const CASES: [name: string, args: string[], exitCode: number, code: string, text: string][] = [
  ['no verb', [], 2, 'E_USAGE', 'Name a verb'],
  ['unknown verb', ['measure'], 2, 'E_USAGE', 'measure'],
  ['unknown flag', ['run', 'quickstart', '--bad', '1'], 2, 'E_USAGE', 'bad'],
  ['a backend that runs nothing', ['run', 'quickstart', '--backend', 'external'], 2, 'E_USAGE', 'javascript'],
  [
    'what another framework ran',
    ['run', '--set', 'runtime.backend=external', '--dry-run'],
    2,
    'E_NOT_BUILDABLE',
    'can be read, not run',
  ],
  [
    'attention in one kernel',
    ['run', '--set', 'model.attention=fused,unfused'],
    2,
    'E_NOT_BUILDABLE',
    'no fused attention kernel',
  ],
  ['nothing to run', ['run'], 2, 'E_NOTHING_TO_RUN', 'neither a sweep nor a configuration'],
  ['unknown sweep', ['run', 'quickstrat'], 2, 'E_UNKNOWN_NAME', 'quickstart'],
  ['unknown preset', ['estimate', '--preset', 'gpt5'], 2, 'E_USAGE', 'gpt2-small'],
  ['an option given twice', ['estimate', '--preset', 'gpt2-xl', '--preset', 'gpt2-xl'], 2, 'E_USAGE', '--preset'],
  ['two output folders', ['report', 'x.jsonl', '-o', 'a', '-o', 'b'], 2, 'E_USAGE', '--output'],
  [
    'a key set twice',
    ['estimate', '--set', 'batch.size=1', '--set', 'batch.size=2'],
    2,
    'E_USAGE',
    'batch.size is given twice',
  ],
  ['a timeout that no timer can hold', ['run', 'quickstart', '--timeout', '99999999'], 2, 'E_USAGE', '--timeout'],
  ['a size beyond any model', ['estimate', '--set', 'model.layers=100000000'], 2, 'E_CONFIG', 'model.layers'],
  ['an output folder that cannot be', ['run', 'quickstart', '-o', '/proc/memproof'], 2, 'E_OUTPUT_UNWRITABLE', '/proc'],
  ['unknown key to group by', ['report', 'x.jsonl', '--by', 'batch.length'], 2, 'E_USAGE', 'batch.sequenceLength'],
  ['unknown ledger', ['report', 'x.jsonl', '--ledger', 'heap'], 2, 'E_USAGE', 'requested'],
  ['unknown estimator', ['estimate', '--estimator', 'rees'], 2, 'E_UNKNOWN_NAME', 'rees-2023'],
  [
    'two models',
    ['estimate', '--preset', 'gpt2-xl', '--hf-config', 'x.json'],
    2,
    'E_USAGE',
    '--preset and --hf-config',
  ],
  [
    'a model type of others',
    ['estimate', '--hf-config', file('t5.json', '{"model_type": "t5"}')],
    2,
    'E_HUGGING_FACE',
    'llama',
  ],
  [
    'a model without its width',
    ['run', '--hf-config', file('gpt2.json', '{"model_type": "gpt2"}')],
    2,
    'E_HUGGING_FACE',
    'n_embd: is missing',
  ],
  ['unknown deployment key', ['estimate', '--deploy', 'tp=8'], 2, 'E_UNKNOWN_NAME', 'tensorParallel'],
  ['a deployment without a value', ['estimate', '--deploy', 'zeroStage'], 2, 'E_USAGE', 'KEY=VALUE'],
  ['a deployment key twice', ['estimate', '--deploy', 'nodes=2', '--deploy', 'nodes=2'], 2, 'E_USAGE', 'given twice'],
  ['no such ZeRO stage', ['estimate', '--deploy', 'zeroStage=4'], 2, 'E_CONFIG', 'zeroStage'],
  ['a grid of deployments', ['estimate', '--deploy', 'nodes=2,4'], 2, 'E_CONFIG', 'nodes'],
  ['more experts than there are', ['estimate', '--deploy', 'expertsPerToken=2'], 2, 'E_CONFIG', 'expertsPerToken = 2'],
  ['unknown key', ['estimate', '--set', 'model.hedas=4'], 2, 'E_UNKNOWN_NAME', 'model.heads'],
  [
    'heads that do not divide the width',
    ['estimate', '--set', 'model.heads=7'],
    2,
    'E_CONFIG',
    'model.heads = 7 does not divide',
  ],
  ['negative size', ['estimate', '--set', 'model.layers=-1'], 2, 'E_CONFIG', 'model.layers'],
  ['NaN', ['estimate', '--set', 'batch.size=NaN'], 2, 'E_CONFIG', 'batch.size'],
  ['not a number', ['run', 'quickstart', '--repeats', 'three'], 2, 'E_USAGE', '--repeats'],
  ['a flag without its value', ['estimate', '--config'], 2, 'E_USAGE', 'config'],
  [
    'a configuration that is not JSON',
    ['run', '--config', file('bad.json', '{"model": ')],
    2,
    'E_NOT_JSON',
    'bad.json',
  ],
  [
    'an unknown key in a file',
    ['run', '--config', file('key.json', '{"model": {"layrs": 2}}')],
    2,
    'E_CONFIG',
    'model.layrs',
  ],
  ['a missing file', ['run', '--config', join(folder, 'none.json')], 2, 'E_FILE_UNREADABLE', 'none.json'],
  [
    'a sweep with an unknown key',
    ['run', file('sweep.json', '{"name": "a", "description": "b", "gird": {}}')],
    2,
    'E_SWEEP',
    'gird',
  ],
  ['a value that has no meaning', ['run', '--set', 'step.precision=float16'], 2, 'E_NOT_BUILDABLE', 'step.precision'],
  ['an unwritable folder', ['run', sweep, '-o', join(sweep, 'below')], 2, 'E_OUTPUT_UNWRITABLE', 'below'],
  ['no such record file', ['report', join(folder, 'none.jsonl')], 2, 'E_FILE_UNREADABLE', 'none.jsonl'],
  [
    'a record file of something else',
    ['report', file('else.jsonl', '{"a": 1}\n{"b": 2}\n')],
    2,
    'E_RECORDS',
    'else.jsonl:1',
  ],
  ['records of nothing', ['report', file('empty.jsonl', '')], 4, 'E_NOTHING_COMPARED', '0 records'],
  ['a folder as record file', ['report', join(folder, 'empty')], 2, 'E_FILE_UNREADABLE', 'it is a folder, and there'],
  ['a folder to check', ['check', join(folder, 'empty')], 2, 'E_FILE_UNREADABLE', 'it is a folder, and there'],
  ['a folder to audit', ['audit', '--records', join(folder, 'empty')], 2, 'E_FILE_UNREADABLE', 'it is a folder'],
  ['no such table', ['report', join(folder, 'none.csv')], 2, 'E_FILE_UNREADABLE', 'there is no such file'],
  [
    'a table of memproof itself',
    ['report', file('accuracy.csv', 'estimator,quantity\n')],
    2,
    'E_OWN_OUTPUT',
    'records.jsonl',
  ],
  ['two ways to get wheels', ['setup', '--from', 'a', '--download', 'b'], 2, 'E_USAGE', '--from or --download'],
  ['removing and setting up', ['setup', '--remove', 'all', '--device', 'gpu'], 2, 'E_USAGE', '--remove stands alone'],
  [
    'a TensorFlow without that build',
    ['setup', '--tensorflow', '2.21.0', '--device', 'gpu'],
    2,
    'E_NO_BUILD',
    '2.21.0',
  ],
  ['two TensorFlows', ['setup', '--tensorflow', '2.18.1', '--tensorflow', '2.21.0'], 2, 'E_USAGE', '--tensorflow'],
  ['a TensorFlow that is not known', ['setup', '--tensorflow', '2.9.1'], 2, 'E_USAGE', '2.21.0'],
  ['unknown list', ['list', 'formulas'], 2, 'E_USAGE', 'estimators'],
];

test.each(CASES)('%s', (_name, ...expected) => expectScreen(...expected));

test.each([
  ['that is not there', TENSORFLOW_GPU.version, 3, 'E_NO_GPU', 'hides every GPU'],
  ['that the selected TensorFlow has no build for', TENSORFLOW_2_21_CPU.version, 2, 'E_NO_BUILD', '2.21.0'],
])('a GPU %s', (_name, version, exitCode, code, text) => {
  vi.stubEnv('MEMPROOF_RUNTIME_DIR', join(folder, `runtime-${version}`)); // whichever is selected for the tests
  selectVersion(version);
  expectScreen(['run', sweep, '--device', 'gpu', '-o', join(folder, 'gpu')], exitCode, code, text);
});

function expectScreen(args: string[], exitCode: number, code: string, text: string): void {
  const ended = memproof(...args);
  expect(ended.stderr).toContain(code);
  expect(ended.stderr).toContain(text);
  expect(ended.stderr).toContain('→');
  expect(ended.stderr.trim().split('\n').length).toBeLessThanOrEqual(24);
  expect(ended.stdout).toBe('');
  expect(ended.exitCode).toBe(exitCode);
}

test('stdout has room for one product', () => {
  const { stdout, exitCode } = memproof('estimate', '--json', '--csv');
  expect(JSON.parse(stdout).error).toMatchObject({ code: 'E_USAGE', message: expect.stringContaining('--csv') });
  expect(exitCode).toBe(2);
});

test('with --json the error is the document', () => {
  const { stdout, exitCode } = memproof('estimate', '--set', 'model.heads=7', '--json');
  expect(JSON.parse(stdout).error.code).toBe('E_CONFIG');
  expect(exitCode).toBe(2);
});
