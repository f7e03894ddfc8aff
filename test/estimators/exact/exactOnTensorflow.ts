/** The closed forms against TensorFlow's allocation log, every byte and the component of each. */
import { expect } from 'vitest';
import type { RunConfig } from '../../../src/config/schema.ts';
import type { Estimator } from '../../../src/estimators/estimator.ts';
import { tfjsClosedForm } from '../../../src/estimators/exact/tfjs-closed-form.ts';
import type { MeasuredQuantity } from '../../../src/measure/quantities.ts';
import { readingsUnderLog } from '../../training/readingsUnderLog.ts';

type StepQuantity = Exclude<MeasuredQuantity, 'weights'>;

/** `quantities` of all `configs` have a prediction, and are what was measured. */
export function expectExact(
  configs: readonly RunConfig[],
  quantities: readonly StepQuantity[],
  estimator: Estimator = tfjsClosedForm,
): void {
  const measured = readingsUnderLog(configs);
  const wrong = configs.flatMap((config, index) => {
    const predictions = estimator.predict(config);
    return quantities.flatMap((quantity): object[] => {
      const prediction = predictions[quantity as keyof typeof predictions];
      if (prediction?.kind !== 'bytes') return [{ config, quantity, prediction }];
      const reading = measured[index]?.(quantity);
      const found: Record<string, number> = {};
      for (const { component, bytes } of reading?.instant.components ?? [])
        found[component] = (found[component] ?? 0) + bytes;
      const parts = Object.fromEntries(Object.entries(prediction.components).filter(([, bytes]) => bytes !== 0));
      const names = [...new Set([...Object.keys(found), ...Object.keys(parts)])];
      const differences = names.filter((name) => found[name] !== parts[name]);
      if (reading?.bytes === prediction.total && differences.length === 0) return [];
      return [
        { config, quantity, bytes: reading?.bytes, predicted: prediction.total, found, parts, at: reading?.peak },
      ];
    });
  });
  expect(wrong).toEqual([]);
}

export const WHOLE_STEP = [
  ...(['steady', 'activations', 'forward-peak', 'backward-peak'] as const),
  ...(['gradients-held', 'optimizer-peak', 'step-peak'] as const),
] as const;
