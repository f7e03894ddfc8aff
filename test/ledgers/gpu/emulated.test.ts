/** A whole training step where memory is a GPU's (emulator.mjs): the ledgers, counted in three places, agree to the byte. */
import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import type { LedgerOutcome } from '../../../src/measure/job.ts';
import { reconcile } from '../../../src/measure/reconciliation.ts';
import { LedgerReadings } from '../../../src/runner/ledgerReadings.ts';
import { childEnvironment, tensorflowVariables } from '../../../src/runtime/variables.ts';
import { exampleConfig } from '../../records/exampleRecord.ts';
import { device, GPU, host, restartNumbers } from './log.ts';

type Allocator = 'bfc' | 'cuda_malloc_async';
const compiled = (path: string): string => new URL(`../../../dist/${path}`, import.meta.url).href;

function measure(allocator: Allocator) {
  const config = { ...exampleConfig(), runtime: { ...exampleConfig().runtime, device: 'gpu' } };
  const code = `
    import { interpose } from '${compiled('runtime/binding.js')}';
    import { sharesFirstInput } from '${compiled('ledgers/sharing.js')}';
    import { loadRuntime } from '${compiled('runtime/load.js')}';
    import { measureMemory } from '${compiled('measure/run.js')}';
    import { emulateGpu } from '${new URL('emulator.mjs', import.meta.url).href}';
    const runtime = loadRuntime('tensorflow');
    const statistics = emulateGpu(runtime.native, { interpose, sharesFirstInput, allocator: '${allocator}' });
    const told = { ...runtime, statistics, device: { kind: 'gpu', name: 'Emulated', uuid: null } };
    const { ledgers } = await measureMemory(told, ${JSON.stringify(config)}, 1, () => {}, () => {});
    console.log(JSON.stringify(ledgers));`;
  const variables = tensorflowVariables({ ...config.runtime, device: 'cpu', allocator: 'bfc' }, 'none');
  const env = childEnvironment(process.env, variables);
  const options = { env, encoding: 'utf8', maxBuffer: 2 ** 28 } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', code], options);
  if (status !== 0) throw new Error(stderr);
  const readings = new LedgerReadings(allocator);
  restartNumbers();
  for (const line of stderr.split('\n')) {
    for (const said of inWords(line)) readings.log.line(said.replace(GPU, NAMES[allocator]));
  }
  const ledgers = readings.complete(JSON.parse(stdout) as LedgerOutcome[]);
  const counted = new Map(ledgers.flatMap((entry) => ('marks' in entry ? [[entry.ledger, entry.marks] as const] : [])));
  counted.delete('process');
  expect(readings.log.otherLines).toEqual([]);
  return { ledgers: counted, rows: reconcile(counted, 3) };
}

const NAMES = { bfc: GPU, cuda_malloc_async: 'gpu_async_0' } as const;

type Words = Record<string, (id: number, bytes: number, kernel: string, chunkBytes: number) => string | string[]>;

const WORDS: Record<string, Words> = {
  host: {
    raw: (id, bytes) => host.raw(id, bytes),
    'raw-freed': (id) => host.rawFreed(id),
    tensor: (id, bytes, kernel) => host.tensor(id, bytes, kernel),
    'tensor-freed': (id) => host.freed(id),
  },
  device: {
    raw: (id, bytes, _kernel, chunkBytes) => device.silent(id, bytes, chunkBytes),
    silent: (id, bytes, _kernel, chunkBytes) => device.silent(id, bytes, chunkBytes),
    tensor: (id, bytes, kernel, chunkBytes) => device.tensor(id, bytes, kernel, chunkBytes),
    'raw-freed': (id) => device.freed(id),
    'silent-freed': (id) => device.freed(id),
    'tensor-freed': (id) => device.freed(id),
  },
};

/** What the emulator says → what a process on a GPU would write. */
function inWords(line: string): string[] {
  if (!line.startsWith('@emulated ')) return [line];
  const [memory, kind, id, bytes, kernel, chunkBytes] = JSON.parse(line.slice('@emulated '.length));
  const said = WORDS[memory]?.[kind]?.(id, bytes, kernel, chunkBytes);
  if (said === undefined) throw new Error(line);
  return [said].flat();
}

test.each<Allocator>(['bfc', 'cuda_malloc_async'])('no byte is unexplained, up to allocated (%s)', (allocator) => {
  const { ledgers, rows } = measure(allocator);
  expect([...ledgers.keys()]).toEqual(['tensors', 'buffers', 'requested', 'allocated']);
  expect(rows.filter(({ part, bytes }) => part === 'unexplained' && bytes !== 0)).toEqual([]);
  const parts = (from: string) => [
    ...new Set(rows.filter((row) => row.from === from && row.bytes !== 0).map(({ part }) => part)),
  ];
  expect(parts('tensors')).toEqual(expect.arrayContaining(['views', 'host-operands']));
  expect(parts('buffers')).toEqual(expect.arrayContaining(['kernel-temporaries', 'mirrors']));
  expect(parts('requested')).toEqual(expect.arrayContaining(['runtime-baseline']));
  expect(parts('requested').includes('rounding')).toBe(allocator === 'bfc');
  const components = ledgers.get('requested')?.flatMap(({ level }) => level.components ?? []) ?? [];
  expect(components.filter(({ component }) => component === 'unattributed' || component === 'scratch')).toEqual([]);
});
