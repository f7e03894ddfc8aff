/** The doctor on the real TensorFlow of this machine, on the CPU; and docs/doctor.md against what it finds. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { selectedVersion } from '../../../src/runtime/choice.ts';
import { diagnose } from '../../../src/runtime/doctor/index.ts';
import { memproof } from '../../cli/memproof.ts';

const diagnosed = diagnose('cpu');

it('finds a real TensorFlow fit, with its own words for everything', async () => {
  const { findings, ...rest } = await diagnosed;
  expect(rest).toEqual({ device: 'cpu', usable: true, headline: 'fit for cpu' });
  const fact = (id: string) => findings.find((finding) => finding.id === id)?.fact;
  expect(fact('library')).toBe(`TensorFlow loads and says that it is ${selectedVersion()}.`);
  expect(fact('tensorflow-start')).toBe(`TensorFlow ${selectedVersion()} starts in a process like one that measures.`);
  expect(fact('tensorflow-values')).toBe('A product of two matrices and a sum are right.');
  expect(fact('allocator-bfc')).toMatch(/^A tensor of 1 MiB moves bfc_cpu_allocator_for_gpu by \d{7} B \(BFC charges/);
});

it('makes nothing of a GPU more than a note', async () => {
  const { findings } = await diagnosed;
  const loud = findings.filter(({ status }) => status === 'fatal' || status === 'warning');
  expect(loud).toEqual([]);
});

it('is one JSON document, or lines that begin with the headline; without a GPU the exit code is that of the question', () => {
  const json = memproof('doctor', '--device', 'cpu', '--json');
  expect(json.exitCode).toBe(0);
  expect(Object.keys(JSON.parse(json.stdout))).toEqual(['device', 'usable', 'headline', 'findings']);
  const text = memproof('doctor', '--device', 'cpu');
  expect(text.stdout).toMatch(/^fit for cpu\n\nok {6}Platform linux-x64\.\n/);
  expect([text.exitCode, text.stderr]).toEqual([0, '']);
});

it('docs/doctor.md lists every finding, in its order', async () => {
  const page = readFileSync(new URL('../../../docs/doctor.md', import.meta.url), 'utf8');
  const [, table = ''] = page.split('| finding |');
  const listed = [...table.matchAll(/^\| `([^`]+)` \|/gm)].map(([, id]) => id);
  const { findings } = await diagnosed;
  expect(findings.map(({ id }) => id)).toEqual(listed);
});
