/** Every architecture with weights in 16 bits: without further casts its operations compute in 16 bits wherever they can, and train. */
import { describe, expect, test } from 'vitest';
import type { Model } from '../../src/model/model.ts';
import type { Tensor } from '../../src/model/tensorflow.ts';
import { createTransformer } from '../../src/model/transformer.ts';
import { drawn, narrowed } from '../../src/model/variables.ts';
import type { NativeBackend } from '../../src/runtime/binding.ts';
import { loadRuntime } from '../../src/runtime/load.ts';
import { sixteenBit } from '../../src/runtime/sixteenBit.ts';
import { SWITCHES } from './switches.ts';
import { disposeBatch, tinyBatch, tinyConfig } from './tinyModel.ts';

const runtime = loadRuntime('tensorflow');
const { tf } = runtime;
const native = runtime.native as NativeBackend;

const numbers = (tensor: Tensor): number[] => Array.from(tensor.dataSync());
const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, index) => sum + value * (b[index] as number), 0);

/** Loss and the joined gradient of all variables of the model that `create` makes. */
function lossAndGradient(config: ReturnType<typeof tinyConfig>, model: Model) {
  const batch = tinyBatch(tf, config);
  const { value, grads } = tf.variableGrads(() => model.loss(batch));
  const result = {
    loss: numbers(value)[0] as number,
    gradient: model.variables.flatMap(({ name }) => numbers(grads[name] as Tensor)),
  };
  tf.dispose([value, grads]);
  disposeBatch(tf, batch);
  model.dispose();
  return result;
}

describe.each([
  ['float16', 2 ** -11],
  ['bfloat16', 2 ** -8],
] as const)('%s', (type, rounding) => {
  test.each([{}, ...SWITCHES])('%j', (switches) => {
    const config = tinyConfig(switches);
    const create = () => drawn(tf, 1, 0.3);
    const wide = lossAndGradient(config, createTransformer(tf, config, create()));
    const bits = sixteenBit(tf, native, type);
    const handles = native.binding.getNumOfTensors();
    const model = createTransformer(tf, config, narrowed(create(), bits));
    expect(model.variables.every((variable) => bits.isNarrow(variable as Tensor))).toBe(true);
    const narrow = lossAndGradient(config, model);
    expect(native.binding.getNumOfTensors()).toBe(handles);
    bits.remove();
    // Two blocks are some 50 roundings deep, and as many up as down.
    expect(Math.abs(narrow.loss - wide.loss)).toBeLessThan(8 * rounding * wide.loss);
    expect(narrow.loss).not.toBe(wide.loss);
    const cosine =
      dot(narrow.gradient, wide.gradient) /
      Math.sqrt(dot(narrow.gradient, narrow.gradient) * dot(wide.gradient, wide.gradient));
    // ReLU has a kink: a value that a rounding moves across it takes its whole gradient along, one of 120 in such a model.
    expect(1 - cosine).toBeLessThan(config.model.activation === 'relu' ? 0.03 : 200 * rounding ** 2);
  });
});
