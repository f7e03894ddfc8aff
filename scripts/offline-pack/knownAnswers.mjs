/** Small computations whose results are exact in float32, on every device and in any order of summing. */

const ONES = [1, 1, 1, 1];

export const KNOWN_ANSWERS = [
  { name: 'a product', compute: (tf) => tf.matMul([[1, 2]], [[3], [4]]), answer: [11] },
  // Large enough that a GPU takes a kernel of cuBLAS for it.
  {
    name: 'a product of 256 × 256',
    compute: (tf) => tf.unique(tf.matMul(tf.fill([256, 256], 2), tf.fill([256, 256], 3)).flatten()).values,
    answer: [1536],
  },
  {
    name: 'eight products at once',
    compute: (tf) =>
      tf.unique(tf.matMul(tf.fill([8, 64, 64], 2), tf.fill([8, 64, 64], 3), false, true).flatten()).values,
    answer: [384],
  },
  {
    name: 'a gradient',
    compute: (tf) =>
      tf.grad((x) => tf.matMul(x, x).square().sum())(
        tf.tensor2d([
          [1, 2],
          [3, 4],
        ]),
      ),
    answer: [158, 274, 266, 482],
  },
  // Kernels that the GPU's driver compiles when they are first used.
  { name: 'exp, tanh and erf of 0', compute: (tf) => tf.stack([tf.exp(0), tf.tanh(0), tf.erf(0)]), answer: [1, 0, 0] },
  { name: 'a softmax', compute: (tf) => tf.softmax(tf.tensor1d(ONES)), answer: [0.25, 0.25, 0.25, 0.25] },
  { name: 'mean and variance', compute: (tf) => tf.stack(Object.values(tf.moments([1, 3, 5, 7]))), answer: [4, 5] },
];

/** Those that were not right, each with what came instead. */
export function wrongAnswers(tf, known = KNOWN_ANSWERS) {
  return known.flatMap(({ name, compute, answer }) => {
    const found = [...tf.tidy(() => compute(tf)).dataSync()];
    const right = found.length === answer.length && found.every((value, index) => value === answer[index]);
    return right ? [] : [`${name}: ${found.slice(0, 8).join(' ')} instead of ${answer.join(' ')}`];
  });
}
