import { expect, test } from 'vitest';
import { type Gradient, ofVariable, own, view } from '../../../../src/estimators/exact/backward/gradient.ts';
import { type Manner, Walk } from '../../../../src/estimators/exact/backward/walk.ts';
import { fullest, leftBy, made } from '../../../../src/estimators/exact/moments.ts';

const by = 'attention';

/** y = x·w + x, of 10 elements each, with 3 of a temporary on the way; x and the product x·w are kept. */
function walked(manner: Manner): Walk {
  const walk = new Walk(manner);
  walk.make(made('loss', 40));
  const dy: Gradient = { component: 'loss', elements: 10, width: 4, holders: 1 };
  const [product, past] = walk.node({
    ...{ by, dys: [dy], parts: [view(by, dy, 0), view(by, dy, 0)] },
    gone: { attention: 40 },
  });
  walk.node({
    ...{ by, dys: [product], gone: { embedding: 40 } },
    atOnce: [made(by, 12)],
    parts: [own(by, [10, 4], [made(by, 40)], past), ofVariable(10, [made('gradients', 40)])],
  });
  walk.endStretch();
  return walk;
}

const left = (manner: Manner) => leftBy(walked(manner).stretches.flatMap(({ moments }) => moments));

test('a retaining backward frees nothing but an earlier summand', () => {
  // dy, whose views are not its own; the temporary, the second summand and the sum; the variable's gradient.
  expect(left({ frees: false, variables: 'left' })).toEqual({ loss: 40, attention: 12 + 40 + 40, gradients: 40 });
});

test('a freeing one leaves the gradients alone, and takes the tape', () => {
  const { loss, embedding, attention, gradients } = left({ frees: true, variables: 'left' });
  expect({ loss, embedding, attention, gradients }).toEqual({ loss: 0, embedding: -40, attention: 0, gradients: 40 });
});

test('the gradient of a variable takes the place of the last, or is added to it', () => {
  const peak = (variables: Manner['variables']) => fullest(walked({ frees: true, variables }).stretches, 'requested');
  expect(left({ frees: true, variables: 'replacing' })['gradients']).toBe(0);
  expect(left({ frees: true, variables: 'added' })['gradients']).toBe(0);
  // The product is gone, and of dy there is the other view: with the temporary, both gradients.
  const together = { loss: 40, attention: -40 + 12 + 40, gradients: 40 };
  expect(peak('left')).toMatchObject(together);
  expect(peak('replacing')).toMatchObject(together);
});
