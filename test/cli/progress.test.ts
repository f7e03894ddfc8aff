/** The story of a run: a line per event in a log, and lines that are taken back on a terminal. */
import { describe, expect, test } from 'vitest';
import { isLive, LiveLines } from '../../src/cli/liveLines.ts';
import { durationText, Pace } from '../../src/cli/pace.ts';
import { tellProgress } from '../../src/cli/progress.ts';
import { RunningLines } from '../../src/cli/runningLines.ts';
import { terminalWidth } from '../../src/cli/terminal.ts';
import { exampleConfig, exampleReading, measuredRecord } from '../records/exampleRecord.ts';

const device = { kind: 'cpu', name: 'Example CPU', uuid: null } as const;
const peak = { phase: 'backward', kernel: 'MatMul' } as const;
const record = measuredRecord([exampleReading(2 ** 20, { peak })], { durationsMs: { memory: 1000, time: 500 } });
const config = exampleConfig();

describe('in a log', () => {
  test('the plan with its device, then a line per configuration with what is left', () => {
    const lines: string[] = [];
    let nowMs = 0;
    const tell = { say: (line: string) => void lines.push(line), detail: () => {} };
    const onEvent = tellProgress(tell, undefined, new Pace(() => nowMs));
    onEvent({ kind: 'planned', total: 4, reused: 1, reasons: [], jobs: 1, device });
    for (const index of [1, 2, 3]) {
      onEvent({ kind: 'started', index, total: 4, config });
      onEvent({ kind: 'phase', index, total: 4, process: 'memory', phase: 'forward' });
      nowMs += 10_000;
      onEvent({ kind: 'finished', index, total: 4, record });
    }
    const measured = 'L2 B1 S4 H8 a2 F32 V16: peak 1.00 MiB in backward (MatMul), 1.5 s';
    expect(lines).toEqual([
      '1 of 4 already measured, 3 to measure on cpu (Example CPU)',
      `[2/4] ${measured}; about 20 s left`,
      `[3/4] ${measured}; about 10 s left`,
      `[4/4] ${measured}`,
    ]);
  });

  test('where nobody announced how many there are, nothing is said of the rest', () => {
    const lines: string[] = [];
    const onEvent = tellProgress({ say: (line) => void lines.push(line), detail: () => {} });
    onEvent({ kind: 'finished', index: 0, total: 9, record });
    expect(lines.join()).not.toContain('left');
  });

  test('durations are as exact as a guess', () => {
    expect([1, 1400, 99_400, 100_000, 5 * 3600_000].map(durationText)).toEqual([
      '1 s',
      '1 s',
      '99 s',
      '2 min',
      '5.0 h',
    ]);
  });
});

describe('on a terminal', () => {
  test('a line for each configuration that is measured: its phase, how long, and what is left', () => {
    const drawn: (readonly string[])[] = [];
    let nowMs = 0;
    const pace = new Pace(() => nowMs);
    const running = new RunningLines({ live: (lines) => void drawn.push(lines) }, pace, () => nowMs);
    pace.start(3);
    for (const index of [0, 1]) running.start({ kind: 'started', index, total: 3, config });
    running.change({ kind: 'phase', index: 0, total: 3, process: 'memory', phase: 'backward' });
    nowMs = 4000;
    running.draw();
    const name = 'L2 B1 S4 H8 a2 F32 V16';
    expect(drawn.at(-1)).toEqual([`[1/3] ${name}: counting bytes, backward, 4 s`, `[2/3] ${name}: starting, 4 s`]);
    pace.finished();
    running.finish({ index: 0 });
    running.change({ kind: 'phase', index: 1, total: 3, process: 'time', phase: 'timing' });
    running.draw();
    expect(drawn.at(-1)).toEqual([`[2/3] ${name}: timing, 4 s`, 'about 8 s left']);
    nowMs = 7000;
    running.draw();
    expect(drawn.at(-1)).toEqual([`[2/3] ${name}: timing, 7 s`, 'about 5 s left']);
    running.finish({ index: 1 });
    expect(drawn.at(-1)).toEqual([]);
  });

  test('what stays is written above, and lines are cut to the screen', () => {
    const written: string[] = [];
    const screen = new LiveLines({ columns: 11, write: (text) => written.push(text) });
    screen.show(['one', 'two is longer than that']);
    screen.above('stays\n');
    screen.end();
    screen.show(['never']);
    const up = '\u001b[2A\u001b[0J';
    expect(written).toEqual(['one\n', 'two is lon\n', up, 'stays\n', 'one\n', 'two is lon\n', up]);
  });

  test('no cursor moves where there is none: a pipe, a dumb terminal, a CI', () => {
    expect(isLive({ isTTY: true }, { TERM: 'xterm' })).toBe(true);
    expect(isLive({ isTTY: undefined }, { TERM: 'xterm' })).toBe(false);
    expect(isLive({ isTTY: true }, { TERM: 'dumb' })).toBe(false);
    expect(isLive({ isTTY: true }, { TERM: 'xterm', CI: 'true' })).toBe(false);
    const written: string[] = [];
    new LiveLines({ columns: 0, write: (text) => written.push(text) }).show(['a terminal without a size']);
    expect(written.splice(0)).toEqual(['a terminal without a size\n']);
    new LiveLines({ write: (text) => written.push(text) }).above('a line\n');
    expect(written).toEqual(['a line\n']);
  });
});

test('the width of the terminal, within what can be read; a page where there is none', () => {
  expect([80, 120, 40, 500, undefined, 0].map((columns) => terminalWidth(columns, {}))).toEqual([
    80, 120, 80, 160, 100, 100,
  ]);
  expect(terminalWidth(120, { COLUMNS: '90' })).toBe(90);
  expect(terminalWidth(undefined, { COLUMNS: 'wide' })).toBe(100);
});
