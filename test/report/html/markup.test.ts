import { expect, test } from 'vitest';
import { html } from '../../../src/report/html/markup.ts';

test('text that is put into markup stays text, in an element and in an attribute', () => {
  const hostile = `</script><img src=x onerror=alert(1)> "quoted" 'single' & so on`;
  const { text } = html`<p title="${hostile}">${hostile}</p>`;
  expect(text.match(/[<>]/g)).toEqual(['<', '>', '<', '>']); // those of <p …> and </p>
  expect(text.match(/["']/g)).toEqual(['"', '"']);
});

test('markup in markup, lists and nothing are put in as they are', () => {
  const items = ['a', 'b<'].map((item) => html`<li>${item}</li>`);
  expect(html`<ul>${items}${null}</ul>`.text).toBe('<ul><li>a</li><li>b&#60;</li></ul>');
});

test('a character that turns the direction of reading is written out', () => {
  const { text } = html`${'gpt\u202egnp.exe'}`;
  expect(text).toBe('gpt&#60;U+202E&#62;gnp.exe');
});
