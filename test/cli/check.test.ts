/** The gate as CI runs it: every verdict with its documented exit code. */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { AccuracyFile } from '../../src/accuracy/baseline/accuracyFile.ts';
import { type Environment, hashEnvironment, type MeasurementRecord } from '../../src/records/measurement.ts';
import { changedCopy } from './changedCopy.ts';
import { memproof, memproofIn, temporaryFolder, writeJson } from './memproof.ts';

const baselines = fileURLToPath(new URL('../../results/baselines/', import.meta.url));
const records = join(baselines, 'cpu/quickstart.jsonl');
const accuracy = join(baselines, 'cpu/quickstart.accuracy.json');
const committed: AccuracyFile = JSON.parse(readFileSync(accuracy, 'utf8'));
const folder = temporaryFolder();

let files = 0;
const newFile = (name: string): string => join(folder, `${++files}-${name}`);

const committedRecords: readonly MeasurementRecord[] = readFileSync(records, 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line));

function writeRecords(lines: readonly MeasurementRecord[]): string {
  const file = newFile('records.jsonl');
  writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  return file;
}

const measuredIn = (record: MeasurementRecord, more: Partial<Environment>): MeasurementRecord => {
  const environment = { ...record.environment, ...more };
  return { ...record, environment, environmentHash: hashEnvironment(environment) };
};

function copyOfCommitted(change: (file: AccuracyFile) => void = () => {}): string {
  const file = newFile('copy.accuracy.json');
  const copy = structuredClone(committed);
  change(copy);
  writeFileSync(file, `${JSON.stringify(copy, null, 2)}\n`);
  return file;
}

/** Named as rows are on the screen. */
const rowOf = (file: AccuracyFile, name: string): AccuracyFile['rows'][number] => {
  const row = file.rows.find(({ estimator, quantity, ledger }) => `${estimator} ${quantity} ${ledger}` === name);
  if (row === undefined) throw new Error(`no row ${name}`);
  return row;
};

describe('what was committed holds', () => {
  const sweeps = readdirSync(baselines, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.accuracy.json'),
  );

  test.each(sweeps)('%s: 0', (file) => {
    const { exitCode, stdout } = memproof('check', join(baselines, file.replace('.accuracy.json', '.jsonl')));
    expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/^ok: .* 0 changed, 0 removed, 0 added\.\n$/)]);
  });

  test('the committed quickstart is exact where it must be', () => {
    const exact = committed.rows.filter(({ estimator }) => estimator === 'tfjs-closed-form');
    expect(exact).toHaveLength(8 * 2);
    for (const row of exact) expect([row.quantity, row.ledger, row.exactCount]).toEqual([row.quantity, row.ledger, 10]);
  });
});

describe('a formula that changed', () => {
  const formula = 'estimators/originals/korthikanti-2022.js';
  const row = 'korthikanti-2022 activations buffers away';
  const checkOfCopy = (change: readonly [string, string]) => {
    const entry = changedCopy(newFile('copy'), formula, change);
    const { exitCode, stdout } = memproofIn({ entry }, 'check', records);
    return { exitCode, line: stdout.split('\n').find((line) => line.includes(row)), stdout };
  };

  test('by one character: 1, and the row is named', () => {
    const { exitCode, line, stdout } = checkOfCopy(['((2 + 2) * sbh)', '((2 + 3) * sbh)']);
    expect([exitCode, line]).toEqual([
      1,
      expect.stringMatching(/other predictions: medianErrorRatio -0\.\d+ → -0\.\d+/),
    ]);
    expect(stdout).toContain('FAILED: accuracy against');
  });

  // The formula promises too little for every configuration of the sweep, so less is worse and more is better.
  test('by 1 % of a coefficient for the worse: 1', () => {
    const { exitCode, line, stdout } = checkOfCopy(['(8 + // input of GELU', '(7.92 + // input of GELU']);
    expect([exitCode, line]).toEqual([1, expect.stringMatching(/^worse: .*medianErrorRatio \S+ → \S+ \(worse\)/)]);
    expect(stdout).toContain('no longer what its authors ship');
    expect(stdout).toContain('--accept-worse');
  });

  test('by 1 % of a coefficient for the better: 1 as well, and it says that nothing is worse', () => {
    const { exitCode, line, stdout } = checkOfCopy(['(8 + // input of GELU', '(8.08 + // input of GELU']);
    expect([exitCode, line]).toEqual([1, expect.stringMatching(/^better: .*medianErrorRatio \S+ → \S+ \(better\)/)]);
    expect(stdout).toContain('Nothing is worse');
    expect(stdout).not.toContain('--accept-worse');
  });
});

test('other predictions with the same statistics: 1', () => {
  const baseline = copyOfCommitted((file) => {
    Object.assign(rowOf(file, 'rees-2023 step-peak allocated'), { predictionsHash: '000000000000' });
  });
  const { exitCode, stdout } = memproof('check', records, '--baseline', baseline);
  expect([exitCode, stdout]).toEqual([
    1,
    expect.stringMatching(/^changed: rees-2023 step-peak allocated away: other predictions, the same statistics$/m),
  ]);
});

test('a comparison that is gone: 1', () => {
  const baseline = copyOfCommitted((file) => {
    file.rows.push({ ...rowOf(file, 'rees-2023 steady buffers'), estimator: 'gone-2020' });
  });
  const { exitCode, stdout } = memproof('check', records, '--baseline', baseline);
  expect([exitCode, stdout]).toEqual([1, expect.stringContaining('removed: gone-2020 steady buffers away')]);
});

test('added rows alone: 0, with advice', () => {
  const baseline = copyOfCommitted((file) => file.rows.splice(0, 2));
  const { exitCode, stdout } = memproof('check', records, '--baseline', baseline);
  expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/^added: accelerate-estimate-memory weights buffers/)]);
  expect(stdout).toContain('Renew the file with --update, so that 2 rows more are guarded.');
});

test('a deleted record: 1', () => {
  const { exitCode, stdout } = memproof('check', writeRecords(committedRecords.slice(1)), '--baseline', accuracy);
  expect([exitCode, stdout]).toEqual([1, expect.stringMatching(/^fewer configurations: 9, committed 10$/m)]);
  expect(stdout).toMatch(/^worse: tfjs-closed-form weights buffers matched: other configurations: .*count 10 → 9/m);
});

test('as JSON: the same lists, and nothing else', () => {
  const { exitCode, stdout, stderr } = memproof('check', records, '--json');
  expect([exitCode, stderr]).toEqual([0, '']);
  expect(JSON.parse(stdout)).toEqual({
    added: [],
    removed: [],
    changed: [],
    unchanged: committed.rows,
    configurations: { committed: 10, current: 10 },
  });
});

describe('records of another environment', () => {
  const gpu = { kind: 'gpu' as const, name: 'NVIDIA H100 80GB HBM3', uuid: null };
  const everyRecordIn = (more: Partial<Environment>) =>
    writeRecords(committedRecords.map((record) => measuredIn(record, more)));

  test.each([
    ['device', 'E_OTHER_DEVICE', { device: gpu }],
    ['TensorFlow', 'E_OTHER_TENSORFLOW', { tensorflow: '2.21.0' }],
    ['no TensorFlow', 'E_OTHER_TENSORFLOW', { tensorflow: null }],
  ])('%s: 3, and 0 with --cross-device, which says so', (_, code, more) => {
    const file = everyRecordIn(more);
    const refused = memproof('check', file, '--baseline', accuracy);
    expect([refused.exitCode, refused.stdout, refused.stderr]).toEqual([3, '', expect.stringContaining(code)]);
    const { exitCode, stdout, stderr } = memproof('check', file, '--baseline', accuracy, '--cross-device');
    expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/^ok: .* 0 changed/)]);
    expect(stderr).toMatch(/compared all the same \(--cross-device\): The records were measured/);
  });

  test('another GPU: 3', () => {
    const onGpu = everyRecordIn({ device: gpu });
    const baseline = newFile('gpu.accuracy.json');
    expect(memproof('check', onGpu, '--baseline', baseline, '--update').exitCode).toBe(0);
    expect(memproof('check', onGpu, '--baseline', baseline).exitCode).toBe(0);
    const { exitCode, stderr } = memproof(
      ...['check', everyRecordIn({ device: { ...gpu, name: 'NVIDIA L4' } }), '--baseline', baseline],
    );
    expect([exitCode, stderr]).toEqual([3, expect.stringContaining('on NVIDIA L4, ')]);
  });

  test('another processor: 0, its name decides no byte', () => {
    const file = everyRecordIn({ device: { kind: 'cpu', name: 'Another CPU', uuid: null } });
    expect(memproof('check', file, '--baseline', accuracy).exitCode).toBe(0);
  });

  test.each([
    ['devices', { device: gpu }],
    ['versions of TensorFlow', { tensorflow: '2.21.0' }],
  ])('several %s at once: 2, whatever the flag', (what, more) => {
    // The other record is of a configuration that the committed ones have too: it must not hide behind them.
    const [first, ...rest] = committedRecords as [MeasurementRecord, ...MeasurementRecord[]];
    const mixed = [writeRecords([measuredIn(first, more)]), writeRecords([first, ...rest])];
    const { exitCode, stderr } = memproof('check', ...mixed, '--baseline', accuracy, '--cross-device');
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(`several ${what}`)]);
  });
});

describe('--update', () => {
  const contentOf = (file: string) => readFileSync(file, 'utf8');
  const better = () =>
    copyOfCommitted((file) => {
      Object.assign(rowOf(file, 'rees-2023 step-peak buffers'), { medianErrorRatio: -0.99 });
    });
  const worse = () =>
    copyOfCommitted((file) => {
      Object.assign(rowOf(file, 'rees-2023 step-peak buffers'), { medianErrorRatio: 0.01 });
    });
  const update = (baseline: string, ...more: string[]) =>
    memproof('check', records, '--baseline', baseline, '--update', ...more);

  test('writes the first file, which check then accepts; without it there is none: 2', () => {
    const file = newFile('new.accuracy.json');
    expect(memproof('check', records, '--baseline', file).exitCode).toBe(2);
    const { exitCode, stdout } = update(file);
    expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/^wrote .*: 0 unchanged, .*, 215 added\.$/m)]);
    expect(memproof('check', records, '--baseline', file).exitCode).toBe(0);
  });

  test('does not touch a file that is as it should be', () => {
    const file = copyOfCommitted();
    const { ino } = statSync(file);
    const { exitCode, stdout } = update(file);
    expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/^unchanged: /)]);
    expect(statSync(file).ino).toBe(ino); // a file that is written anew is another one
  });

  test('writes what became better, and prints it', () => {
    const file = better();
    const { exitCode, stdout } = update(file);
    expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/^better: rees-2023 step-peak buffers.*\nwrote /)]);
    expect(contentOf(file)).toBe(contentOf(accuracy));
  });

  test.each([
    ['became worse', worse, 'worse: rees-2023 step-peak buffers'],
    [
      'is gone',
      () =>
        copyOfCommitted((file) => file.rows.push({ ...(file.rows[0] as AccuracyFile['rows'][0]), estimator: 'gone' })),
      'removed: gone',
    ],
    ['is one configuration less', () => copyOfCommitted((file) => void file.configurations++), 'fewer configurations'],
  ])('prints and refuses what %s: 1; with --accept-worse it is written', (_, prepare, line) => {
    const file = prepare();
    const before = contentOf(file);
    const refused = update(file);
    expect([refused.exitCode, contentOf(file)]).toEqual([1, before]);
    expect(refused.stdout).toMatch(new RegExp(`^${line}[\\s\\S]*^REFUSED: did not write `, 'm'));
    const accepted = update(file, '--accept-worse');
    expect([accepted.exitCode, contentOf(file)]).toEqual([0, contentOf(accuracy)]);
    expect(accepted.stdout).toContain(line);
  });

  test('never replaces the accuracy of another device, even with --accept-worse: 3; --cross-device does', () => {
    const file = copyOfCommitted(({ environment }) =>
      Object.assign(environment, { device: 'gpu', deviceName: 'NVIDIA L4' }),
    );
    const before = contentOf(file);
    expect([update(file, '--accept-worse').exitCode, contentOf(file)]).toEqual([3, before]);
    expect([update(file, '--cross-device').exitCode, contentOf(file)]).toEqual([0, contentOf(accuracy)]);
  });

  test('writes nothing in a CI: 2', () => {
    const file = better();
    const before = contentOf(file);
    const { exitCode, stderr } = memproofIn(
      { variables: { CI: 'true' } },
      ...['check', records, '--baseline', file, '--update', '--accept-worse'],
    );
    expect([exitCode, stderr, contentOf(file)]).toEqual([2, expect.stringContaining('E_UPDATE_IN_CI'), before]);
  });

  test('replaces a file of the first version, which check refuses with the way out: 2', () => {
    const file = writeJson(folder, 'first.accuracy.json', { version: 1, device: 'cpu', rows: [] });
    const { exitCode, stderr } = memproof('check', records, '--baseline', file);
    expect([exitCode, stderr]).toEqual([2, expect.stringMatching(/E_ACCURACY_VERSION: [\s\S]*--update/)]);
    expect([update(file).exitCode, JSON.parse(contentOf(file)).version]).toEqual([0, 2]);
  });

  test('replaces what cannot be read only with --accept-worse: nothing says what is lost', () => {
    const file = newFile('conflict.accuracy.json');
    writeFileSync(file, '<<<<<<< HEAD\n');
    const refused = update(file);
    expect([refused.exitCode, contentOf(file)]).toEqual([2, '<<<<<<< HEAD\n']);
    expect(refused.stderr).toMatch(/E_ACCURACY_FILE: .* it has the marks of a merge conflict\n.*--accept-worse/s);
    const accepted = update(file, '--accept-worse');
    expect(accepted.stderr).toContain('the marks of a merge conflict. It is replaced');
    expect([accepted.exitCode, contentOf(file)]).toEqual([
      0,
      // the name of the sweep is that of the file
      contentOf(accuracy).replace('"quickstart"', `"${file.replace(/^.*\/|\.accuracy\.json$/g, '')}"`),
    ]);
  });

  test('--accept-worse without it: 2', () => {
    const { exitCode, stderr } = memproof('check', records, '--accept-worse');
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('--accept-worse goes with --update')]);
  });
});

describe('in GitHub Actions', () => {
  const lineOf = (text: string, part: string) => text.slice(0, text.indexOf(part)).split('\n').length;

  test('a failing row is an error at its line, and the summary names it', () => {
    const baseline = copyOfCommitted((file) => {
      Object.assign(rowOf(file, 'vram-calculator steady buffers'), { maxErrorRatio: -0.5 });
    });
    const summary = newFile('summary.md');
    writeFileSync(summary, 'of an earlier step\n');
    const { exitCode, stdout, stderr } = memproofIn(
      { variables: { GITHUB_ACTIONS: 'true', GITHUB_WORKSPACE: folder, GITHUB_STEP_SUMMARY: summary } },
      ...['check', records, '--baseline', baseline],
    );
    expect(exitCode).toBe(1);
    expect(stdout).not.toContain('::error');
    const text = readFileSync(baseline, 'utf8');
    const line = lineOf(
      text,
      '"estimator": "vram-calculator",\n      "quantity": "steady",\n      "ledger": "buffers"',
    );
    expect(stderr.trim()).toBe(
      `::error file=${baseline.slice(folder.length + 1)},line=${line},title=memproof check%3A better::vram-calculator steady buffers away: the same predictions, other measurements: maxErrorRatio -0.5 → ${Number(rowOf(committed, 'vram-calculator steady buffers').maxErrorRatio?.toPrecision(4))} (better)`,
    );
    const markdown = readFileSync(summary, 'utf8');
    expect(markdown).toMatch(/^of an earlier step\n### memproof check: FAILED\n/);
    expect(markdown).toContain('214 unchanged, 1 changed (1 better), 0 removed, 0 added');
    expect(markdown).toContain('| `vram-calculator steady buffers away` | better |');
  });

  test('a check that holds is a summary without annotations; one that cannot be written changes nothing', () => {
    const summary = newFile('summary.md');
    const check = (file: string) =>
      memproofIn({ variables: { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: file } }, 'check', records);
    expect(check(summary)).toMatchObject({ exitCode: 0, stderr: '' });
    expect(readFileSync(summary, 'utf8')).toMatch(/^### memproof check: ok\n/);
    expect(check(folder)).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('no step summary') });
  });

  test('elsewhere nothing of it happens', () => {
    const summary = newFile('summary.md');
    const { exitCode, stderr } = memproofIn(
      { variables: { CI: 'true', GITHUB_STEP_SUMMARY: summary } },
      ...['check', records, '--baseline', copyOfCommitted((file) => void file.configurations++)],
    );
    expect([exitCode, stderr]).toEqual([1, '']);
    expect(() => statSync(summary)).toThrow('ENOENT');
  });
});

test('--benchmark writes what github-action-benchmark reads, also where the check fails', () => {
  const file = newFile('benchmark.json');
  const baseline = copyOfCommitted((copy) => void copy.configurations++);
  expect(memproof('check', records, '--baseline', baseline, '--benchmark', file).exitCode).toBe(1);
  const entries: Record<string, unknown>[] = JSON.parse(readFileSync(file, 'utf8'));
  expect(entries).toHaveLength(committed.rows.filter((row) => row.medianErrorRatio !== null).length);
  expect(new Set(entries.map(({ name }) => name)).size).toBe(entries.length);
  const { medianAbsoluteErrorRatio } = rowOf(committed, 'rees-2023 step-peak requested');
  expect(entries.find(({ name }) => name === 'rees-2023 step-peak requested away')).toEqual({
    name: 'rees-2023 step-peak requested away',
    unit: '%',
    value: (medianAbsoluteErrorRatio ?? 0) * 100,
    range: expect.stringMatching(/^± \d+\.\d\d$/),
    extra: expect.stringContaining('10 under of 10 configurations'),
  });
});
