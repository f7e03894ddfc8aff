import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { linesOf } from '../../src/records/fileLines.ts';

const folder = mkdtempSync(join(tmpdir(), 'lines-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'lines');

const read = (content: string | Buffer) => {
  writeFileSync(file, content);
  return [...linesOf(file)].map(({ number, startByte, content: line, ended }) => [
    number,
    startByte,
    line.toString('latin1'),
    ended,
  ]);
};

test('every line with its number, its place and its newline', () => {
  expect(read('a\n\nbc\r\nd')).toEqual([
    [1, 0, 'a\n', true],
    [2, 2, '\n', true],
    [3, 3, 'bc\r\n', true],
    [4, 7, 'd', false],
  ]);
  expect(read('')).toEqual([]);
});

test('lines that are longer than what is read at once, and lines that end just there', () => {
  const megabyte = 2 ** 20;
  const long = 'x'.repeat(megabyte * 2 + 5);
  expect(read(`${long}\ny\n`)).toEqual([
    [1, 0, `${long}\n`, true],
    [2, long.length + 1, 'y\n', true],
  ]);
  const full = 'z'.repeat(megabyte - 1);
  expect(read(`${full}\n${full}\nend`).map(([, startByte, , ended]) => [startByte, ended])).toEqual([
    [0, true],
    [megabyte, true],
    [2 * megabyte, false],
  ]);
});

test('nothing is lost and nothing is added, whatever the bytes', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('\n', 'a', '\u00ff', '\u0000'), { maxLength: 40 }), (bytes) => {
      const content = Buffer.from(bytes.join(''), 'latin1');
      const lines = read(content);
      expect(lines.map(([, , line]) => line).join('')).toBe(content.toString('latin1'));
      expect(
        lines.every(
          ([, , line], index) => String(line).indexOf('\n') === (lines[index]?.[3] ? String(line).length - 1 : -1),
        ),
      ).toBe(true);
    }),
    { numRuns: 200 },
  );
});
