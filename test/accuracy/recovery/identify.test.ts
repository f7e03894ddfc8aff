import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { designOf, identify, identifyRational, LEAST_HELD_OUT } from '../../../src/accuracy/recovery/identify.ts';
import { rational } from '../../../src/accuracy/recovery/rational.ts';
import { syntheticConfigurations } from '../../../src/accuracy/recovery/syntheticSizes.ts';
import { countOf, termsFor } from '../../../src/accuracy/recovery/terms.ts';
import { contradictions, resolveConfig } from '../../../src/config/resolve.ts';
import type { RunConfig } from '../../../src/config/schema.ts';

const configurations = syntheticConfigurations(resolveConfig({}));
const terms = termsFor(configurations);
const design = designOf(configurations, terms);
const bytesOf = (coefficients: readonly number[], at: readonly RunConfig[] = configurations): number[] =>
  at.map((config) =>
    terms.reduce((sum, term, index) => sum + Number(countOf(term, config)) * (coefficients[index] ?? 0), 0),
  );
const wholes = fc.array(fc.integer({ min: -300, max: 300 }), { minLength: terms.length, maxLength: terms.length });

describe('a law', () => {
  test('of any whole coefficients is found to the last byte and tried on the rest', () => {
    fc.assert(
      fc.property(wholes, (coefficients) => {
        const law = identify(design, bytesOf(coefficients));
        expect(law.coefficients).toEqual(coefficients.map((value) => rational(BigInt(value))));
        expect(law).toMatchObject({ verdict: 'exact', fitted: terms.length, reason: null });
        expect([law.heldOut, law.heldOutExact]).toEqual([45 - terms.length, 45 - terms.length]);
      }),
    );
  });

  test('is not exact with one byte more or less anywhere', () => {
    const bytes = bytesOf(terms.map((_, index) => 4 * index));
    const ends = configurations.flatMap((_, at) =>
      [-1, 1].map((change) => bytes.map((value, index) => (index === at ? value + change : value))),
    );
    for (const changed of ends) expect(identify(design, changed).verdict).not.toBe('exact');
  });

  test('may have fractions where it is a formula', () => {
    const fractions = terms.map((_, index) => (index === 0 ? 35.7 : index === 4 ? 0.25 : 2));
    const bytes = bytesOf(fractions).map(Math.round); // whole up to what floating point loses
    const [first, , , , fifth] = identifyRational(design, bytes).coefficients ?? [];
    expect([first, fifth]).toEqual([rational(357n, 10n), rational(1n, 4n)]);
    const measured = identify(design, bytes);
    expect(measured.verdict).toBe('no law');
    expect(measured.reason).toMatch(/^the coefficients are not whole; .* up to 0\.300 from whole numbers/);
  });

  test('that has another term is none', () => {
    const cubes = configurations.map(({ model }) => model.hiddenSize ** 3);
    expect(identify(design, cubes)).toMatchObject({ verdict: 'no law', coefficients: null, heldOut: 0 });
    const formula = identifyRational(design, cubes);
    expect(formula).toMatchObject({ verdict: 'no law', coefficients: null, reason: 'no polynomial in these terms' });
    expect(formula.heldOutExact).toBeLessThan(formula.heldOut);
  });

  test('under a rounding up to 256 bytes is near whole coefficients', () => {
    const bytes = bytesOf(terms.map(({ name }) => (name === 'BSH' ? 104 : name === 'BaS²' ? 12 : 0)));
    const blocks = bytes.map((value, index) => 256 * Math.ceil((value + 97 * index) / 256)); // some bytes over, like an odd buffer
    const law = identify(design, blocks);
    expect(law.verdict).toBe('rounded');
    expect(law).toMatchObject({ fitted: 45, heldOut: 0, heldOutExact: 0 });
    const large = terms.map(({ name }, index) => [name, law.coefficients?.[index]?.numerator]);
    expect(large.filter(([name]) => name === 'BSH' || name === 'BaS²')).toEqual([
      ['BSH', 104n],
      ['BaS²', 12n],
      ['BSH', 104n],
    ]);
  });
});

describe('a refusal', () => {
  const reasonOf = (at: readonly RunConfig[]) => {
    const law = identify(designOf(at, terms), bytesOf([1, 2, 3], at));
    expect(law).toMatchObject({ verdict: 'refused', coefficients: null, fitted: 0 });
    return law.reason;
  };
  const withModel = (change: (config: RunConfig) => Partial<RunConfig['model']>) =>
    configurations.map((config) => ({ ...config, model: { ...config.model, ...change(config) } }));
  const withBatch = (change: (config: RunConfig) => number) =>
    configurations.map((config) => ({ ...config, batch: { ...config.batch, size: change(config) } }));

  test('counts shapes that differ, and leaves some to try the law on', () => {
    const few = configurations.slice(0, terms.length + LEAST_HELD_OUT - 1);
    const words = 'too few records: 28 different shapes, and 26 coefficients need 29 to be found and tried';
    expect(reasonOf(few)).toBe(words);
    expect(reasonOf([...few, ...few])).toBe(words);
    expect(reasonOf(configurations.slice(0, 1))).toContain('1 different shape, and');
  });

  test('names a batch and a sequence that were never varied apart', () => {
    expect(reasonOf(withBatch(({ batch }) => 60 + batch.sequenceLength / 2))).toMatch(
      /^batch\.size and batch\.sequenceLength were never varied apart: .* cannot be told from/,
    );
    expect(reasonOf(withBatch(({ batch }) => batch.sequenceLength))).toMatch(
      /^batch\.sequenceLength always equals batch\.size: .* cannot be told from/,
    );
  });

  test('names sizes that follow from others', () => {
    expect(reasonOf(withModel(({ batch }) => ({ maxPositions: batch.sequenceLength })))).toBe(
      'model.maxPositions always equals batch.sequenceLength: SH cannot be told from MH',
    );
    expect(reasonOf(withModel(({ model }) => ({ feedForwardSize: 4 * model.hiddenSize })))).toBe(
      'model.feedForwardSize is always 4 times model.hiddenSize: BSF per layer cannot be told from BSH per layer; ' +
        'HF per layer cannot be told from H² per layer; F per layer cannot be told from H per layer, and 1 more like these',
    );
  });

  test('names a size that was never varied', () => {
    expect(reasonOf(withModel(() => ({ vocabularySize: 480 })))).toBe(
      'model.vocabularySize is always 480: BS cannot be told from BSV; H cannot be told from VH; 1 cannot be told from V',
    );
  });

  test('names a size that was varied in no more records than its coefficients are solved from', () => {
    const rare = (records: number) =>
      configurations.map((config, index) => {
        const vocabularySize = index < configurations.length - records ? 480 : 960;
        return { ...config, model: { ...config.model, vocabularySize } };
      });
    const lawOf = (at: readonly RunConfig[]) =>
      identify(
        designOf(at, terms),
        at.map(({ model: { layers, hiddenSize, vocabularySize }, batch: { size, sequenceLength } }) => {
          const perLogit = vocabularySize > 512 ? 8 : 4; // no polynomial, which the three records cannot show
          return size * sequenceLength * (104 * layers * hiddenSize + perLogit * vocabularySize);
        }),
      );
    expect(lawOf(rare(3))).toMatchObject({
      verdict: 'refused',
      coefficients: null,
      reason:
        'varied in too few records: without 3 of 45 shapes, model.vocabularySize is always 480: ' +
        'BS cannot be told from BSV; H cannot be told from VH; 1 cannot be told from V',
    });
    const [again] = rare(3).slice(-1);
    if (again === undefined) throw new Error('no configuration');
    expect(lawOf([...rare(3), again]).verdict).toBe('refused'); // the same shape once more tries nothing
    // Each is tried now, and still two values fit a straight line whatever lies between them.
    expect(designOf(rare(4), terms).refusal).toBe('model.vocabularySize has 2 values, and 3 are needed');
  });

  test('names the terms where no two sizes are to blame', () => {
    expect(
      reasonOf(withModel(({ model, batch }) => ({ maxPositions: batch.sequenceLength + model.vocabularySize }))),
    ).toBe('SH cannot be told from VH and MH');
  });
});

test('shared keys and rotary positions bring terms of their own', () => {
  const like = resolveConfig({ model: { heads: 12, keyValueHeads: 4, positions: 'rotary' } });
  const at = syntheticConfigurations(like);
  const own = termsFor(at);
  const names = own.filter((term) => !terms.some((plain) => plain.name === term.name)).map(({ name }) => name);
  expect(names).toEqual(['BSK', 'HK', 'K', 'gS²', 'Sd']);
  expect(designOf(at, own).solver?.used).toHaveLength(own.length);
  const [one] = at;
  if (one === undefined) throw new Error('no configuration');
  const { batch, model } = one;
  const counts = Object.fromEntries(
    own.map((term) => [`${term.perLayer ? 'L ' : ''}${term.name}`, countOf(term, one)]),
  );
  expect(counts['L BSK']).toBe(
    BigInt(model.layers * batch.size * batch.sequenceLength * model.keyValueHeads * model.headSize),
  );
  expect(counts['gS²']).toBe(2n * BigInt(batch.sequenceLength) ** 2n);
  expect(counts['Sd']).toBe(BigInt(batch.sequenceLength * model.headSize));
});

test('where whole blocks are run again, what one block has stands outside the layers too', () => {
  const at = syntheticConfigurations(resolveConfig({ step: { checkpointing: 'block' } }));
  const own = termsFor(at);
  const outside = own.filter(({ perLayer }) => !perLayer).map(({ name }) => name);
  expect(outside.slice(0, 3)).toEqual(['BSF', 'BaS²', 'F']);
  expect(designOf(at, own).refusal).toBeNull();
});

test('a micro-batch is what forward sees', () => {
  const config = resolveConfig({ batch: { size: 6, sequenceLength: 5 }, step: { microBatches: 3 } });
  const tokens = terms.find(({ name, perLayer }) => name === 'BS' && !perLayer);
  expect(tokens && countOf(tokens, config)).toBe(10n);
});

test.each([
  { model: { positions: 'rotary' } },
  { model: { positions: 'rotary', heads: 12, keyValueHeads: 4 }, step: { microBatches: 3 } },
] as const)('the sizes at which formulas are asked never contradict each other: %j', (partial) => {
  const at = syntheticConfigurations(resolveConfig(partial));
  expect(at.flatMap((config) => contradictions(config))).toEqual([]);
});
