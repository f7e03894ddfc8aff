import { expect, test } from 'vitest';
import { contextConfiguration } from '../../src/runtime/contextConfiguration.ts';
import { onTensorflow } from './onTensorflow.ts';

const gpu = { backend: 'tensorflow', device: 'gpu', allocator: 'bfc', memoryLimitMiB: 4096 } as const;

test('a limit on a GPU is a ConfigProto; on the CPU and without a limit there is nothing to say', () => {
  // gpu_options { allow_growth: true experimental { virtual_devices { memory_limit_mb: 4096 } } }
  expect(Buffer.from(contextConfiguration(gpu) ?? []).toString('hex')).toBe('320c20014a080a060a0400008045');
  expect(contextConfiguration({ ...gpu, memoryLimitMiB: null })).toBeNull();
  expect(contextConfiguration({ ...gpu, device: 'cpu' })).toBeNull();
});

test('TensorFlow reads it; whether a GPU obeys it cannot be seen here', () => {
  const configuration = [...(contextConfiguration(gpu) ?? [])];
  const { error, product } = onTensorflow<{ error: string | null; product: number[] }>(`
    const { loadRuntime } = await load('runtime/load.js');
    const { tf, statistics } = loadRuntime('tensorflow', { configuration: Uint8Array.from(${JSON.stringify(configuration)}) });
    answer({ error: statistics.configurationError, product: [...tf.matMul([[1, 2]], [[3], [4]]).dataSync()] });`);
  expect({ error, product }).toEqual({ error: null, product: [11] });
});

test('a configuration that TensorFlow refuses stops the run: a limit that does not hold is no measurement', () => {
  expect(() =>
    onTensorflow(`
      const { loadRuntime } = await load('runtime/load.js');
      loadRuntime('tensorflow', { configuration: Uint8Array.from([255, 255]) });`),
  ).toThrow('E_RUNTIME_LOAD');
});
