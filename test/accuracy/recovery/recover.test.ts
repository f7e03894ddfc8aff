/** Laws from the committed records of sweep `laws`, against those that are known from tfjs's source. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { designOf } from '../../../src/accuracy/recovery/identify.ts';
import { type RecoveredLaw, recoverLaws } from '../../../src/accuracy/recovery/recover.ts';
import { syntheticConfigurations } from '../../../src/accuracy/recovery/syntheticSizes.ts';
import { termsFor } from '../../../src/accuracy/recovery/terms.ts';
import { expandSweep, parseSweep } from '../../../src/config/expand.ts';
import { resolveConfig } from '../../../src/config/resolve.ts';
import { type RunConfig, valueAt } from '../../../src/config/schema.ts';
import { variableSizes } from '../../../src/estimators/exact/parameterCount.ts';
import { ESTIMATORS } from '../../../src/estimators/index.ts';
import type { MeasuredRecord } from '../../../src/records/measurement.ts';
import type { Quantity } from '../../../src/records/quantity.ts';
import { lawsCsv } from '../../../src/report/lawsCsv.ts';
import { lawText } from '../../../src/report/lawText.ts';
import { committedRecords } from '../../records/committedRecords.ts';
import { exampleReading, measuredRecord } from '../../records/exampleRecord.ts';

const fileText = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
const recordsOf = (name: string): MeasuredRecord[] =>
  committedRecords(name).filter((record) => record.outcome === 'measured');

/** Each kind of step of the sweep by the one key in which it differs from stock tfjs. */
const STEPS = {
  autodiff: null,
  minimal: 'step.savedTensors',
  autocast: 'step.precision=autocast-float16',
  mixed: 'step.precision=mixed-bfloat16',
  block: 'step.checkpointing=block',
  selective: 'step.checkpointing=selective',
} as const;
type Step = keyof typeof STEPS;
const STEP_NAMES = Object.keys(STEPS) as Step[];

const PLAIN = resolveConfig({}).step;
function stepOf(keys: Readonly<Record<string, unknown>>): Step | undefined {
  return STEP_NAMES.find((name) => {
    const said = STEPS[name];
    const changed = Object.entries(PLAIN)
      .filter(([key, value]) => keys[`step.${key}`] !== value)
      .map(([key]) => `step.${key}`);
    const [path, value] = said?.split('=') ?? [];
    return said === null
      ? changed.length === 0
      : changed.join() === path && (value === undefined || keys[path] === value);
  });
}
const keysOf = (config: RunConfig) =>
  Object.fromEntries(Object.keys(PLAIN).map((key) => [`step.${key}`, valueAt(config, `step.${key}`)]));

const records = recordsOf('laws');
const laws = recoverLaws(records, ESTIMATORS);
const totals = laws.filter(({ group }) => group.part === 'total' && group.ledger === 'requested');
const totalsOf = (step: Step, quantity: Quantity): RecoveredLaw[] =>
  totals.filter(({ group }) => stepOf(group.keys) === step && group.quantity === quantity);
const written = ({ terms, law }: RecoveredLaw): string =>
  law.coefficients === null ? `${law.verdict}: ${law.reason}` : lawText(terms, law.coefficients);

describe('the sweep', () => {
  const configurations = expandSweep(parseSweep(JSON.parse(fileText('bench/sweeps/laws.json')), 'laws.json')).map(
    (partial) => resolveConfig(partial),
  );

  test.each(STEP_NAMES)('tells all terms of %s apart, with shapes to spare', (step) => {
    const own = configurations.filter((config) => stepOf(keysOf(config)) === step);
    expect(own).toHaveLength(34);
    expect(designOf(own, termsFor(own)).refusal).toBeNull();
  });

  test('is what was measured, from a clean tree', () => {
    expect(records.map(({ configuration }) => configuration)).toEqual(configurations);
    expect(records.filter(({ git }) => git.dirty || git.commit === null)).toEqual([]);
  });
});

describe('the tape, recovered from what TensorFlow allocated', () => {
  test.each([
    // 4 bytes of L(26NH + 7NF + 3A + 8N + 6) + 7NH + 5N + 2NV + SH + S + 4
    ['autodiff', 'L(104·BSH + 28·BSF + 12·BaS² + 32·BS + 24) + 8·BSV + 28·BSH + 20·BS + 4·SH + 4·S + 16'],
    // 4 bytes of L(8NH + 2NF + A + 4N) + 2NH + 2N + NV + 1
    ['minimal', 'L(32·BSH + 8·BSF + 4·BaS² + 16·BS) + 4·BSV + 8·BSH + 8·BS + 4'],
    // Products in 16 bits, and a copy of each weight matrix: 2(4H² + 2HF) in a block, 2VH at the head
    [
      'autocast',
      'L(76·BSH + 14·BSF + 10·BaS² + 32·BS + 8·H² + 4·HF + 24) + 8·BSV + 26·BSH + 20·BS + 2·VH + 4·SH + 4·S + 16',
    ],
    // L(56NH + 14NF + 8A + 32N + 24) bytes in the blocks
    ['mixed', 'L(56·BSH + 14·BSF + 8·BaS² + 32·BS + 24) + 8·BSV + 22·BSH + 20·BS + 4·SH + 4·S + 16'],
    // Of a block only what it hands on
    ['block', 'L(4·BSH) + 8·BSV + 28·BSH + 20·BS + 4·SH + 4·S + 16'],
    // Without what lies between q·kᵀ and the product with v: 3A, and the scale's 4 bytes
    ['selective', 'L(104·BSH + 28·BSF + 32·BS + 20) + 8·BSV + 28·BSH + 20·BS + 4·SH + 4·S + 16'],
  ] as const)('%s: %s', (step, expected) => {
    const [law, ...others] = totalsOf(step, 'activations');
    expect(others).toEqual([]);
    expect(law && written(law)).toBe(expected);
    const fitted = step === 'block' ? 29 : 26;
    expect(law?.law).toMatchObject({ verdict: 'exact', fitted, heldOut: 34 - fitted, heldOutExact: 34 - fitted });
  });
});

describe('what lies beside the tape is the same under every step', () => {
  test.each([
    // P = L(4H² + 2HF + 9H + F) + 2VH + MH + 2H parameters of 4 bytes
    ['weights', 'L(16·H² + 8·HF + 36·H + 4·F) + 8·VH + 4·MH + 8·H'],
    // 12P, ids and targets, the mask, two scalars of Adam
    ['steady', 'L(48·H² + 24·HF + 108·H + 12·F) + 8·BS + 24·VH + 12·MH + 4·S² + 24·H + 8'],
    // 16P, and the loss
    ['gradients-held', 'L(64·H² + 32·HF + 144·H + 16·F) + 8·BS + 32·VH + 16·MH + 4·S² + 32·H + 12'],
    // 16P + 44P + 4VH: eleven temporaries of every variable, and one of the last, the head; two scalars more
    ['optimizer-peak', 'L(240·H² + 120·HF + 540·H + 60·F) + 8·BS + 124·VH + 60·MH + 4·S² + 120·H + 20'],
  ] as const)('%s: %s', (quantity, expected) => {
    expect(STEP_NAMES.map((step) => totalsOf(step, quantity).map(written))).toEqual(STEP_NAMES.map(() => [expected]));
  });
});

describe('the backward peak, at its place', () => {
  test.each([
    [
      'autodiff',
      'backward upload embedding', // the last gradient of all
      'L(204·BSH + 68·BSF + 28·BaS² + 56·BS + 64·H² + 32·HF + 144·H + 16·F + 24) + ' +
        '32·BSV + 56·BSH + 48·BS + 32·VH + 16·MH + 8·SH + 4·S² + 32·H + 4·S + 40',
    ],
    [
      'block',
      'backward RealDiv normalization', // the first norm of the first block, which is there once: 204 + 68 + 28 of BSH, and 2 of a quotient
      'L(8·BSH + 64·H² + 32·HF + 144·H + 16·F) + 68·BSF + 28·BaS² + ' +
        '32·BSV + 264·BSH + 104·BS + 28·VH + 12·MH + 4·SH + 4·S² + 32·H + 4·S + 60',
    ],
    [
      'minimal',
      'backward Sum gradients',
      'L(100·BSH + 16·BSF + 4·BaS² + 16·BS + 64·H² + 32·HF + 144·H + 16·F) + ' +
        '8·BSV + 44·BSH + 24·BS + 28·VH + 12·MH + 4·S² + 32·H + 20',
    ],
  ] as const)('%s: %s', (step, place, expected) => {
    expect(totalsOf(step, 'backward-peak').map((law) => [law.group.place, written(law)])).toEqual([[place, expected]]);
  });
});

test('a peak that is at two places is two laws, and one of too few shapes is refused', () => {
  const peaks = totalsOf('mixed', 'step-peak');
  expect(peaks.map(({ group, law }) => [group.place, group.samples.length, law.verdict])).toEqual([
    ['backward upload embedding', 32, 'exact'],
    ['optimizer Add optimizer', 2, 'refused'],
  ]);
  expect(peaks.slice(0, 1).map(written)).toEqual(totalsOf('mixed', 'backward-peak').map(written));
});

describe('beside the measured law', () => {
  test('the closed form has the same coefficients, one by one, wherever it speaks of a recovered law', () => {
    const compared = totals.flatMap(({ law, formulas }) =>
      law.verdict === 'exact'
        ? formulas.filter(({ estimator }) => estimator === 'tfjs-closed-form').map((formula) => ({ law, formula }))
        : [],
    );
    const spoken = compared.filter(({ formula }) => formula.law.verdict !== 'refused');
    for (const { law, formula } of spoken) expect(formula.law.coefficients).toEqual(law.coefficients);
    expect(spoken.length).toBeGreaterThanOrEqual(5 * STEP_NAMES.length);
  });

  test('the components of the tape add up to it, coefficient by coefficient', () => {
    for (const step of STEP_NAMES) {
      const [whole] = totalsOf(step, 'activations');
      const parts = laws.filter(
        ({ group }) => group.part !== 'total' && group.quantity === 'activations' && stepOf(group.keys) === step,
      );
      const sums = whole?.terms.map((_, term) =>
        parts.reduce((sum, { law }) => sum + (law.coefficients?.[term]?.numerator ?? 0n), 0n),
      );
      expect(parts.length).toBeGreaterThanOrEqual(4);
      expect(sums).toEqual(whole?.law.coefficients?.map(({ numerator }) => numerator));
    }
  });

  const formulaOf = (id: string, quantity: Quantity): string => {
    const [total] = totalsOf('autodiff', quantity);
    const formula = total?.formulas.find(({ estimator }) => estimator === id);
    const coefficients = formula?.law.coefficients;
    return coefficients == null ? String(formula?.law.verdict) : lawText(total?.terms ?? [], coefficients);
  };

  test.each([
    ['article-as-printed', 'activations', 'L(14·BSH + 4·BS²) + 6·BSV'], // it lost the heads
    ['article-corrected', 'activations', 'L(20·BSH + 4·BSF + 6·BaS²) + 6·BSV + 6·BSH'],
    ['korthikanti-2022', 'activations', 'L(34·BSH + 5·BaS²) + 4·BSV + 5·BSH'], // with its S·B·H(1 + p/L), 5 BSH on top
    ['megatron-theoretical-memory', 'activations', 'L(35.7·BSH) + 2.1·BSV + 3.15·BSH + 8.4·BS'], // 5 % on all
    ['rees-2023', 'steady', 'L(4·S² + 192·H² + 32·H) + 16·VH + 16·SH + 16·H'], // a mask in every layer
    ['bricken-2022', 'weights', 'L(48·H² + 16·H) + 4·VH'], // F is 4H, whatever it is
    ['determined-act-mem-2', 'activations', 'L(64·BSH + 4·BaS + 16·BS)'], // with a number for each row of scores
    ['deepspeed-zero3', 'steady', 'no law'], // it has the largest layer
  ] as const)('%s says of %s: %s', (id, quantity, expected) => {
    expect(formulaOf(id, quantity)).toBe(expected);
  });
});

describe('what records cannot tell', () => {
  test('the order of the records changes no law', () => {
    const some = records.slice(-70);
    const lines = (given: readonly MeasuredRecord[]) => lawsCsv({ records: given, estimators: [] }).split('\n').sort();
    expect(lines([...some].reverse())).toEqual(lines(some));
  });

  test('one byte more in one record, and there is no exact law', () => {
    const own = records.filter(({ configuration }) => stepOf(keysOf(configuration)) === 'autodiff');
    for (const index of [0, 13, 33]) {
      const changed = own.map((record, at) => (at === index ? withOneByteMore(record) : record));
      const law = recoverLaws(changed, []).find(
        ({ group }) => group.quantity === 'activations' && group.ledger === 'requested' && group.part === 'total',
      );
      expect(law?.law.verdict).not.toBe('exact');
      expect(law?.law.reason).toMatch(
        /^(the coefficients are not whole|what 26 configurations say is right on \d+ of 8)/,
      );
    }
  });

  const withOneByteMore = (record: MeasuredRecord): MeasuredRecord => ({
    ...record,
    readings: record.readings.map((reading) =>
      reading.quantity === 'activations' ? { ...reading, bytes: reading.bytes + 1 } : reading,
    ),
  });

  test('the forty held-out decoders are two laws of too few shapes', () => {
    const refused = recoverLaws(recordsOf('held-out'), ESTIMATORS);
    expect([...new Set(refused.map(({ law }) => law.verdict))]).toEqual(['refused']);
    const activations = refused.filter(({ group }) => group.quantity === 'activations' && group.ledger === 'requested');
    expect(activations.map(({ group, law }) => [group.keys['model.tiedEmbedding'], law.reason])).toEqual([
      [false, 'too few records: 21 different shapes, and 26 coefficients need 29 to be found and tried'],
      [true, 'too few records: 19 different shapes, and 26 coefficients need 29 to be found and tried'],
    ]);
    expect(refused.flatMap(({ formulas }) => formulas)).toEqual([]);
  });

  test('the 256-byte roundings of the allocator are no law of so small shapes', () => {
    const allocated = laws.filter(({ group }) => group.ledger === 'allocated' && group.quantity === 'activations');
    expect(allocated.map(({ law }) => law.verdict)).toEqual(STEP_NAMES.map(() => 'no law'));
  });
});

test('an update that is fullest at the largest variable has a law for each variable that can be it', () => {
  const shapes = syntheticConfigurations(resolveConfig({ step: { optimizer: 'sgd' } })).map(({ model, ...rest }) => ({
    ...rest,
    model: { ...model, feedForwardSize: model.feedForwardSize + 9000 }, // beyond attention's 3H and every position
  }));
  const large = shapes.map(({ model, ...rest }) => ({
    ...rest,
    model: { ...model, vocabularySize: model.vocabularySize + 13_000 }, // beyond F
  }));
  const peak = { phase: 'optimizer', kernel: 'Add', component: 'optimizer' } as const;
  const measured = [...shapes, ...large].map((configuration) => {
    const bytes = 8 * Math.max(...variableSizes(configuration)); // as SGD's, over nothing
    return measuredRecord([exampleReading(bytes, { quantity: 'optimizer-peak', peak })], { configuration });
  });
  expect(recoverLaws(measured, []).map((law) => [law.group.place, written(law)])).toEqual(
    expect.arrayContaining([
      ['optimizer Add optimizer, largest variable HF', '8·HF'],
      ['optimizer Add optimizer, largest variable VH', '8·VH'],
    ]),
  );
  expect(recoverLaws(measured, [])).toHaveLength(2);
});
