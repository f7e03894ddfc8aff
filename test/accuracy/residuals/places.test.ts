import { describe, expect, test } from 'vitest';
import { places } from '../../../src/accuracy/residuals/places.ts';
import type { ComponentBytes } from '../../../src/records/measurement.ts';
import { bytes } from '../../../src/units/bytes.ts';

const share = { perLayerBytes: bytes(10), outsideBytes: bytes(3) };
const decoder = { architecture: 'decoder', layers: 2 } as const;
const attention: readonly ComponentBytes[] = [
  { component: 'attention', layer: null, bytes: 4 },
  { component: 'attention', layer: 1, bytes: 12 },
];
const shown = (found: ReturnType<typeof places>) =>
  found.map((place) => [place.component, place.scope, place.layer, place.predictedBytes, place.measuredBytes]);

describe('one stack', () => {
  test('layer by layer, then outside', () => {
    const found = places({ attention: bytes(23) }, attention, decoder, () => share);
    expect(shown(found)).toEqual([
      ['attention', 'layer', 0, 10, 0],
      ['attention', 'layer', 1, 10, 12],
      ['attention', 'outside', null, 3, 4],
    ]);
    for (const place of found) expect(place.wholeBecause).toBeNull();
  });

  test('the components of the formula in its order, then those that it leaves out, then what it does not itemise', () => {
    const nothing = { perLayerBytes: bytes(0), outsideBytes: bytes(0) };
    const measured: ComponentBytes[] = [
      { component: 'unattributed', layer: null, bytes: 8 },
      ...attention,
      { component: 'scratch', layer: 0, bytes: 1 },
      { component: 'scratch', layer: 0, bytes: 2 },
    ];
    const predicted = { unitemised: bytes(-5), head: bytes(0), attention: bytes(23) };
    const found = places(predicted, measured, decoder, (component) => (component === 'attention' ? share : nothing));
    expect(shown(found)).toEqual([
      ['attention', 'layer', 0, 10, 0],
      ['attention', 'layer', 1, 10, 12],
      ['attention', 'outside', null, 3, 4],
      ['unattributed', 'outside', null, 0, 8],
      ['scratch', 'layer', 0, 0, 3],
      ['unitemised', 'whole', null, -5, null],
    ]);
    expect(found.at(-1)?.wholeBecause).toBe('nothing measured corresponds');
  });

  test('a layer that the model does not have is not lost', () => {
    const measured: ComponentBytes[] = [{ component: 'attention', layer: 5, bytes: 1 }];
    expect(shown(places({ attention: bytes(20) }, measured, decoder, () => share)).slice(2)).toEqual([
      ['attention', 'layer', 5, 0, 1],
      ['attention', 'outside', null, 3, 0],
    ]);
  });

  test('what was measured without layers is judged as a whole; what was not measured is not', () => {
    const measured: ComponentBytes[] = [{ component: 'optimizer', layer: null, bytes: 50 }];
    const found = places({ optimizer: bytes(23) }, measured, decoder, () => share);
    expect(shown(found)).toEqual([['optimizer', 'whole', null, 23, 50]]);
    expect(found[0]?.wholeBecause).toBe('measured without layers');
    expect(places({ optimizer: bytes(23) }, [], decoder, () => share)).toHaveLength(3);
    const outside = { perLayerBytes: bytes(0), outsideBytes: bytes(23) };
    expect(shown(places({ optimizer: bytes(23) }, measured, decoder, () => outside))).toEqual([
      ['optimizer', 'outside', null, 23, 50],
    ]);
  });

  test('what cannot be divided is judged as a whole, and says why', () => {
    const found = places({ attention: bytes(23) }, attention, decoder, () => 'not linear in layers');
    expect(shown(found)).toEqual([['attention', 'whole', null, 23, 16]]);
    expect(found[0]?.wholeBecause).toBe('not linear in layers');
  });
});

test('of an encoder–decoder all blocks together: a formula does not say which of its two one more is', () => {
  const measured = [0, 1, 2, 3].map((layer): ComponentBytes => ({ component: 'attention', layer, bytes: 10 + layer }));
  const model = { architecture: 'encoder-decoder', layers: 2 } as const;
  expect(shown(places({ attention: bytes(23) }, measured, model, () => share))).toEqual([
    ['attention', 'layers', null, 20, 46],
    ['attention', 'outside', null, 3, 0],
  ]);
});
