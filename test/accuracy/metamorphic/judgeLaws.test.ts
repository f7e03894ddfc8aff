/** Formulas judged by the committed records of the sweep `metamorphic`. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { judgeFormulas, judgeLaws, type MetamorphicRow } from '../../../src/accuracy/metamorphic/judgeLaws.ts';
import { type MetamorphicLaw, unchanged } from '../../../src/accuracy/metamorphic/law.ts';
import { LAWS } from '../../../src/accuracy/metamorphic/laws.ts';
import { standingOf } from '../../../src/accuracy/metamorphic/summary.ts';
import type { RunConfig } from '../../../src/config/schema.ts';
import { fail } from '../../../src/errors.ts';
import { articleAsPrinted } from '../../../src/estimators/article/article-as-printed.ts';
import { ONE_DEVICE } from '../../../src/estimators/deployment.ts';
import { type Estimator, itemised } from '../../../src/estimators/estimator.ts';
import { tfjsClosedForm } from '../../../src/estimators/exact/tfjs-closed-form.ts';
import { determinedActMem2 } from '../../../src/estimators/literature/determined-act-mem-2.ts';
import { megatronTheoreticalMemory } from '../../../src/estimators/literature/megatron-theoretical-memory.ts';
import { TRAINING_QUANTITIES } from '../../../src/measure/quantities.ts';
import type { ExternalReading, ExternalRecord } from '../../../src/records/external.ts';
import type { MeasuredRecord } from '../../../src/records/measurement.ts';
import type { Quantity } from '../../../src/records/quantity.ts';
import { committedRecords } from '../../records/committedRecords.ts';
import { externalRecord } from '../../records/exampleExternal.ts';
import { exampleConfig, exampleReading, measuredRecord } from '../../records/exampleRecord.ts';
import { formulaWith } from './obedient.ts';

const records = committedRecords('metamorphic');

const ofLaw = (rows: readonly MetamorphicRow[], id: string): MetamorphicRow[] => rows.filter(({ law }) => law === id);

describe('the measured truth', () => {
  /** Speaks of everything, so that nothing hides what was measured. */
  const rows = judgeLaws(records, [formulaWith()]);

  test('obeys every law wherever it can be asked', () => {
    const broken = rows.filter(
      ({ measuredBytes, leastBytes, mostBytes }) =>
        measuredBytes !== null && (measuredBytes < leastBytes || (mostBytes !== null && measuredBytes > mostBytes)),
    );
    expect(broken).toEqual([]);
  });

  test('was measured of every relation but those of inference', () => {
    const ofTraining = new Set<Quantity>(TRAINING_QUANTITIES);
    for (const law of LAWS) {
      const measured = new Set(ofLaw(rows, law.id).flatMap((row) => (row.measuredBytes === null ? [] : row.tested)));
      const asked = law.relations.filter(({ quantity }) => ofTraining.has(quantity));
      expect([law.id, measured.size]).toEqual([law.id, asked.length]);
    }
  });

  test('is of steps that are fullest in backward where a law asks for them', () => {
    const hidden = ofLaw(rows, 'heads').filter(({ quantity }) => quantity === 'step-peak');
    expect(hidden.map(({ verdict }) => verdict).sort()).toEqual([...Array(3).fill('not-applicable'), 'pass']);
    expect(hidden.flatMap(({ reason }) => reason ?? [])).toEqual(
      Array(3).fill('the step of base is fullest in optimizer, not in backward'),
    );
  });
});

describe('formulas', () => {
  const estimators = [articleAsPrinted, determinedActMem2, megatronTheoreticalMemory, tfjsClosedForm];
  const rows = judgeLaws(records, estimators);
  const of = (estimator: string, law: string) => ofLaw(rows, law).filter((row) => row.estimator === estimator);

  test('the exact closed form obeys every law', () => {
    expect(LAWS.map(({ id }) => standingOf(of('tfjs-closed-form', id)))).toEqual(LAWS.map(() => 'obeyed'));
  });

  test("the article's activations do not know the heads, and the row says what it predicts", () => {
    const activations = of('article-as-printed', 'heads').filter(({ quantity }) => quantity === 'activations');
    expect(activations).toHaveLength(4);
    for (const row of activations) {
      expect(row).toMatchObject({
        verdict: 'fail',
        predictedBytes: 0,
        mostBytes: null,
        ledger: 'requested',
        reason: null,
      });
      expect(row.measuredBytes).toBeGreaterThanOrEqual(row.leastBytes);
    }
  });

  test('off its ground a formula is judged all the same, and what does not hold is said', () => {
    const rows = of('determined-act-mem-2', 'feed-forward').filter(({ quantity }) => quantity === 'activations');
    expect(rows[0]).toMatchObject({ verdict: 'fail', match: 'away' });
    expect(rows[0]?.violatedAssumptions).toEqual(expect.arrayContaining(['fused-attention', 'feed-forward-4h']));
    expect(standingOf(of('determined-act-mem-2', 'feed-forward'))).toBe('broken');
  });

  test('a formula that says nothing of a quantity gets a row without a verdict', () => {
    const [row] = of('determined-act-mem-2', 'adam-states').filter(({ quantity }) => quantity === 'steady');
    expect(row).toMatchObject({ verdict: 'not-applicable', predictedBytes: null, reason: 'says nothing of steady' });
  });

  test('bytes that are off by the rounding of a fraction break no exact law', () => {
    const rounded = of('megatron-theoretical-memory', 'batch-linear').filter(
      ({ predictedBytes }) => predictedBytes !== 0 && predictedBytes !== null,
    );
    expect(rounded.length).toBeGreaterThan(0);
    for (const row of rounded) expect([row.verdict, Math.abs(row.predictedBytes ?? 0)]).toEqual(['pass', 1]);
    const off = (bytes: number) =>
      formulaWith({ activations: ({ batch }: RunConfig) => 8 * batch.size + (batch.size === 4 ? bytes : 0) });
    const verdicts = [1, 2, 3].map(
      (bytes) => judgeFormulas(exampleConfig({ batch: { size: 2 } }), [off(bytes)], ofId('batch-linear'))[0]?.verdict,
    );
    expect(verdicts).toEqual(['pass', 'fail', 'fail']); // a step of one byte in the middle counts twice, and two are allowed
  });

  describe('one that fails at a changed configuration says nothing there, with its reason', () => {
    const base = exampleConfig({ batch: { size: 2 } });
    const failsIfLarger = <T>(config: RunConfig, answer: T): T => {
      if (config.batch.size > 2) throw fail('E_ESTIMATOR_ANSWER', { id: 'mine', file: 'mine.mjs', detail: 'no room' });
      return answer;
    };
    const sound = formulaWith();
    const assumption = {
      id: 'small',
      statement: 'It is small.',
      holds: (config: RunConfig) => failsIfLarger(config, true),
    };

    test.each<[string, Partial<Estimator>]>([
      ['in predict', { predict: (config) => failsIfLarger(config, sound.predict(config)) }],
      ['in an assumption', { assumptions: [assumption] }],
    ])('%s', (_, more) => {
      const rows = judgeFormulas(base, [formulaWith({}, more)]);
      const larger = ofLaw(rows, 'batch-more').filter(({ quantity }) => quantity !== 'step-peak');
      expect(larger.map(({ verdict }) => verdict)).toEqual(['not-applicable', 'not-applicable']);
      for (const { reason } of larger) expect(reason).toContain('no room');
      expect(standingOf(ofLaw(rows, 'dropout'))).toBe('obeyed');
    });

    test('a defect of memproof is none of its failures', () => {
      const defect = formulaWith({}, { predict: () => null as never });
      expect(() => judgeFormulas(base, [defect])).toThrow(TypeError);
    });
  });

  test('no growth is no growth, within any rounding', () => {
    const still = formulaWith({ activations: () => 1000 });
    const [row] = judgeFormulas(exampleConfig({ batch: { size: 2 } }), [still], ofId('batch-more'));
    expect(row).toMatchObject({ verdict: 'fail', predictedBytes: 0, leastBytes: 1 });
  });
});

const ofId = (id: string): readonly MetamorphicLaw[] => LAWS.filter((law) => law.id === id);

describe('records by hand', () => {
  const law: MetamorphicLaw = {
    id: 'biases',
    statement: 'Without biases the weights are the same.',
    followUps: (base) =>
      base.model.biases ? { 'no biases': { ...base, model: { ...base.model, biases: false } } } : null,
    relations: unchanged('no biases', 'weights'),
  };
  const record = (biases: boolean, bytes: number, more: Partial<MeasuredRecord> = {}) =>
    measuredRecord([exampleReading(bytes, { quantity: 'weights', ledger: 'requested' })], {
      configuration: exampleConfig({ model: { biases } }),
      ...more,
    });
  const constant = formulaWith({ weights: () => 1 });

  test('a base is judged only beside all that it is compared with, of the same environment', () => {
    expect(judgeLaws([record(true, 8)], [constant], [law])).toEqual([]);
    expect(judgeLaws([record(true, 8), record(false, 8, { environmentHash: 'other' })], [constant], [law])).toEqual([]);
    expect(judgeLaws([record(true, 8), record(false, 8)], [constant], [law])).toMatchObject([
      { origin: 'memproof: tensorflow 2.18.0 on cpu' },
    ]);
    expect(judgeFormulas(exampleConfig(), [constant], [law])).toMatchObject([{ origin: null }]);
  });

  test('where the truth breaks the law nobody is judged', () => {
    const [row] = judgeLaws([record(true, 8), record(false, 4)], [constant], [law]);
    expect(row).toMatchObject({ verdict: 'not-applicable', predictedBytes: 0, measuredBytes: -4 });
    expect(row?.reason).toContain('breaks the law here');
  });

  test('of two measurements of one configuration the later counts', () => {
    const later = record(false, 8, { startedAt: '2024-01-02T00:00:00.000Z' });
    const measured = [record(true, 8), later, record(false, 4)];
    expect(judgeLaws(measured, [constant], [law])[0]).toMatchObject({ verdict: 'pass', measuredBytes: 0 });
  });

  test('a configuration measured again in another environment still counts in the first', () => {
    const elsewhere = record(true, 8, { environmentHash: 'other', startedAt: '2024-01-02T00:00:00.000Z' });
    for (const measured of [
      [record(true, 8), record(false, 8), elsewhere],
      [elsewhere, record(false, 8), record(true, 8)],
    ])
      expect(judgeLaws(measured, [constant], [law])).toMatchObject([{ verdict: 'pass', measuredBytes: 0 }]);
  });

  test('a formula that may be compared in a rounded ledger alone has no truth beside it', () => {
    const rounded = formulaWith({}, { predicts: [{ quantity: 'weights', ledgers: ['allocated'] }] });
    const [row] = judgeLaws([record(true, 8), record(false, 8)], [rounded], [law]);
    expect(row).toMatchObject({ verdict: 'not-applicable', ledger: null, measuredBytes: null });
    expect(row?.reason).toContain('allocated alone');
  });

  test('a ledger that did not count is said', () => {
    const unread = measuredRecord([exampleReading(8)], { configuration: exampleConfig({ model: { biases: false } }) });
    const [row] = judgeLaws([record(true, 8), unread], [constant], [law]);
    expect(row).toMatchObject({ verdict: 'not-applicable', reason: 'no reading of weights by requested at no biases' });
  });
});

test('a lower bound is no truth', () => {
  const reading = { quantity: 'step-peak', ledger: 'requested' } as const;
  const sized = (size: number) => ({ configuration: exampleConfig({ batch: { size } }) });
  const peak = { phase: 'backward', kernel: 'MatMul' } as const;
  const records = [
    measuredRecord([exampleReading(8, { ...reading, peak })], sized(1)),
    measuredRecord([exampleReading(16, { ...reading, peak, lowerBound: true })], sized(2)),
  ];
  const rows = judgeLaws(records, [formulaWith()], ofId('batch-more'));
  expect(rows.find(({ quantity }) => quantity === 'step-peak')).toMatchObject({
    verdict: 'not-applicable',
    measuredBytes: null,
    reason: 'the reading of step-peak by requested at batch × 2 is a lower bound, and the truth may be more',
  });
});

describe('external records by hand', () => {
  const law: MetamorphicLaw = {
    id: 'biases',
    statement: 'Without biases weights and state are the same.',
    followUps: (base) =>
      base.model.biases ? { 'no biases': { ...base, model: { ...base.model, biases: false } } } : null,
    relations: unchanged('no biases', 'weights', 'steady'),
  };
  const constant = formulaWith({ weights: () => 1, steady: () => 1 });
  type Read = Partial<Record<Quantity, number | Partial<ExternalReading>>>;
  const record = (biases: boolean, read: Read, more: Partial<ExternalRecord> = {}) =>
    externalRecord({
      configuration: exampleConfig({ model: { biases }, runtime: { backend: 'external' } }),
      readings: Object.entries(read).map(([quantity, reading]) => ({
        quantity: quantity as Quantity,
        ledger: 'requested',
        bytes: 0,
        ...(typeof reading === 'number' ? { bytes: reading } : reading),
      })),
      ...more,
    });
  const cited = (citation: string) => ({ provenance: { citation, file: 'my.csv', line: 2 } });
  /** In both orders, which must say the same. */
  const judged = (...measured: ExternalRecord[]) => {
    const rows = judgeLaws(measured, [constant], [law]);
    expect(judgeLaws(measured.toReversed(), [constant], [law])).toEqual(rows);
    return rows.map(({ quantity, verdict, measuredBytes, reason }) => [quantity, verdict, measuredBytes, reason]);
  };
  const passed = (quantity: Quantity) => [quantity, 'pass', 0, null];
  const silent = (quantity: Quantity, reason: string) => [quantity, 'not-applicable', null, reason];

  test('two sources of one configuration are judged each by itself', () => {
    const other = cited('another hand');
    const read = { weights: 8, steady: 9 };
    const twice = [passed('weights'), passed('steady'), passed('weights'), passed('steady')];
    expect(
      judged(
        record(true, read),
        record(false, read),
        record(true, { weights: 80, steady: 90 }, other),
        record(false, { weights: 80, steady: 90 }, other),
      ),
    ).toEqual(twice);
    expect(judgeLaws([record(true, read), record(false, read)], [constant], [law])[0]?.origin).toBe(
      'PyTorch 2.15.0 on H100',
    );
    expect(judged(record(true, read), record(false, read, other))).toEqual([]);
    expect(judged(record(true, read), record(false, read, { framework: { name: 'JAX', version: null } }))).toEqual([]);
  });

  test('what one source says of a configuration in two records is read together', () => {
    const weights = [record(true, { weights: 8 }), record(false, { weights: 8 })];
    const steady = [record(true, { steady: 9 }), record(false, { steady: 9 })];
    expect(judged(...weights, ...steady)).toEqual([passed('weights'), passed('steady')]);
  });

  test('conditions are the same in any order', () => {
    const one = { conditions: { mask: 'add', loss: 'mean' } };
    const two = { conditions: { loss: 'mean', mask: 'add' } };
    expect(judged(record(true, { weights: 8 }, one), record(false, { weights: 8 }, two))[0]).toEqual(passed('weights'));
  });

  test('a rounded number is no truth, even where it obeys', () => {
    const rounded = record(false, { weights: { bytes: 8, resolutionBytes: 1 }, steady: 9 });
    expect(judged(record(true, { weights: 8, steady: 9 }), rounded)).toEqual([
      silent('weights', 'the reading of weights by requested at no biases is rounded, and rounding obeys no law'),
      passed('steady'),
    ]);
  });

  test('a formula is asked about the devices that the model was spread over', () => {
    const spread = (degree: number) => ({ deployment: { ...ONE_DEVICE, tensorParallel: degree } });
    const divided = formulaWith(
      {},
      {
        predict: ({ model }, deployment = ONE_DEVICE) => ({
          weights: itemised({ weights: 8 + (model.biases ? deployment.tensorParallel : 1) }),
        }),
      },
    );
    const measured = [1, 2, 4].flatMap((degree) =>
      [true, false].map((biases) => record(biases, { weights: 8 }, spread(degree))),
    );
    const rows = judgeLaws(measured, [divided], [{ ...law, relations: unchanged('no biases', 'weights') }]);
    expect(rows.map(({ predictedBytes }) => predictedBytes).sort()).toEqual([-1, -3, 0]);
  });

  test('of two readings of one thing neither counts, unless they agree', () => {
    const follow = record(false, { weights: 8, steady: 9 });
    expect(judged(record(true, { weights: 8, steady: 9 }), record(true, { weights: 8, steady: 10 }), follow)).toEqual([
      passed('weights'),
      silent('steady', 'several readings of steady by requested at base, and they disagree'),
    ]);
  });
});

test('the order of the records decides nothing', () => {
  const estimators = [articleAsPrinted, tfjsClosedForm];
  const laws = [...ofId('heads'), ...ofId('layers-equal'), ...ofId('peak-above-tape')];
  const rows = judgeLaws(records, estimators, laws);
  const shuffled = fc.shuffledSubarray(records, { minLength: records.length });
  fc.assert(
    fc.property(shuffled, (others) => {
      expect(judgeLaws(others, estimators, laws)).toEqual(rows);
    }),
    { numRuns: 10 },
  );
});
