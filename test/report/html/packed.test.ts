import fc from 'fast-check';
import { expect, test } from 'vitest';
import { packed, unpackedLines } from '../../../src/report/html/packed.ts';

test('lines come out of a page as they went in, whatever they hold', () => {
  fc.assert(
    fc.property(fc.array(fc.json(), { minLength: 1 }), (lines) => {
      const page = `<html>${packed('other', ['no']).text}${packed('records', lines).text}</html>`;
      expect([...(unpackedLines(page, 'records') ?? [])]).toEqual(lines);
    }),
    { numRuns: 50 },
  );
});

test('what is packed cannot end its element', () => {
  const { text } = packed('records', ['</script><script>alert(1)</script>']);
  expect(text.match(/<\/?script/g)).toEqual(['<script', '</script']);
});

test('a page without such an element has no lines', () => {
  expect(unpackedLines('<html></html>', 'records')).toBeNull();
});
