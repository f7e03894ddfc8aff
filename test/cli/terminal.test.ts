/** What a reader that goes away early does to the command line. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { packageRoot } from '../../src/runtime/folder.ts';

const main = join(packageRoot(), 'dist/cli/main.js');

it.each([
  ['list columns', '0'],
  ['estimate --preset gpt2-small --json', '0'],
  ['report /nonexistent.jsonl 2>&1', '2'],
])('`%s` into a closed pipe ends with its own exit code %s, quietly', (args, status) => {
  // Descriptor 3 leads past the pipe, whose reader is gone before the command starts.
  const script = `exec 3>&1; { sleep 0.2; "${process.execPath}" "${main}" ${args}; echo $? >&3; } | true`;
  const { stdout, stderr } = spawnSync('/bin/sh', ['-c', script], { encoding: 'utf8' });
  expect({ stdout, stderr }).toEqual({ stdout: `${status}\n`, stderr: '' });
});
