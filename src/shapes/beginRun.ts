/** What a measured run does before its first step, on shapes: the marks, and the model between them. */
import type { RunConfig } from '../config/schema.ts';
import { waitForDevice } from '../measure/deviceSync.ts';
import { START, WEIGHTS } from '../measure/marks.ts';
import { filled } from '../model/variables.ts';
import { castsFor } from '../runtime/sixteenBit.ts';
import { createSteps } from '../training/steps.ts';
import type { Trainer } from '../training/trainer.ts';
import type { ShapeRuntime } from './runtime.ts';

export function beginRun(runtime: ShapeRuntime, config: RunConfig, mark: (name: string) => void): Trainer {
  if (runtime.device.kind === 'gpu') waitForDevice(runtime.tf);
  mark(START);
  return createSteps(runtime.tf, config, {
    createVariable: filled(runtime.tf),
    casts: castsFor(runtime, config.step.precision),
    onWeights: () => mark(WEIGHTS),
  });
}
