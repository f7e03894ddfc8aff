import { expect, test } from 'vitest';
import { timeOf } from '../../src/ledgers/logTime.ts';

const at = (hours: number, minutes: number, seconds: number, micros: number) =>
  ((hours * 60 + minutes) * 60 + seconds) * 1e6 + micros;

test.each([
  ['2026-11-25 03:40:01.123456: I tensorflow/core/framework/log_memory.cc:34] x', at(3, 40, 1, 123456)],
  ['I1125 03:40:01.123456    6473 log_memory.cc:34] x', at(3, 40, 1, 123456)],
  ['W0000 00:00:1795595861.820208    6473 bfc_allocator.cc:497] x', at(8, 37, 41, 820208)], // 2026-11-25 08:37:41 UTC
  ['2026-11-25 23:59:59.999999: I x', at(23, 59, 59, 999999)],
  ['I0000 00:00:1795651199.999999    6473 x', at(23, 59, 59, 999999)],
])('%s', (line, microseconds) => expect(timeOf(line)).toBe(microseconds));

test.each([
  'WARNING: All log messages before absl::InitializeLog() is called are written to STDERR',
  'To enable the following instructions: AVX2 FMA, in other operations, rebuild TensorFlow.',
  '03:40:01.123456: I x',
  '',
])('no time: %s', (line) => expect(timeOf(line)).toBeNull());
