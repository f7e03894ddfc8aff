/** What each precision computes, against float32; what it keeps is in test/training. */
import { afterEach, expect, test } from 'vitest';
import type { PartialConfig, RunConfig } from '../../src/config/schema.ts';
import type { Tensor } from '../../src/model/tensorflow.ts';
import { createTransformer } from '../../src/model/transformer.ts';
import { drawn, narrowed } from '../../src/model/variables.ts';
import { loadRuntime } from '../../src/runtime/load.ts';
import { castsFor } from '../../src/runtime/sixteenBit.ts';
import { retainingGradients } from '../training/plainStep.ts';
import { SWITCHES } from './switches.ts';
import { disposeBatch, tinyBatch, tinyConfig } from './tinyModel.ts';

const runtime = loadRuntime('tensorflow');
const { tf } = runtime;
const tensorsBefore = tf.memory().numTensors;
afterEach(() => expect(tf.memory().numTensors).toBe(tensorsBefore));

/** Half the distance between two neighbours at 1: what one rounding costs. */
const ROUNDING = { float16: 2 ** -11, bfloat16: 2 ** -8 } as const;

const SHARED = ['autocast-float16', 'autocast-bfloat16', 'mixed-float16', 'mixed-bfloat16'] as const;

interface Outcome {
  readonly loss: number;
  /** Of all variables, one after the other. */
  readonly gradient: readonly number[];
  /** Variables whose gradient has 16 bits. */
  readonly narrow: readonly string[];
}

function differentiated(model: PartialConfig['model'], step: PartialConfig['step']): Outcome {
  const config = tinyConfig(model, step);
  const casts = castsFor(runtime, config.step.precision);
  const built = createTransformer(tf, config, drawn(tf, 1, 0.3), { casts });
  const batch = tinyBatch(tf, config);
  const { loss, byVariable } = retainingGradients(
    tf,
    () => built.loss(batch),
    () => {},
  );
  const of = (name: string): Tensor => byVariable[name] as Tensor;
  const names = built.variables.map(({ name }) => name);
  const outcome = {
    loss: loss.dataSync()[0] as number,
    gradient: names.flatMap((name) => Array.from(of(name).dataSync())),
    narrow: names.filter((name) => casts?.isNarrow(of(name))),
  };
  tf.dispose([loss, byVariable]);
  disposeBatch(tf, batch);
  built.dispose();
  casts?.remove();
  return outcome;
}

const norm = (vector: readonly number[]): number => Math.hypot(...vector);
const distance = (a: readonly number[], b: readonly number[]): number =>
  norm(a.map((value, index) => value - (b[index] as number))) / norm(b);

test.each([{}, ...SWITCHES])('every precision, in both forms, is float32 but for its rounding: %j', (switches) => {
  const exact = differentiated(switches, {});
  for (const precision of SHARED) {
    const rounding = precision.endsWith('bfloat16') ? ROUNDING.bfloat16 : ROUNDING.float16;
    for (const savedTensors of ['autodiff', 'minimal'] as const) {
      const { loss, gradient, narrow } = differentiated(switches, { precision, savedTensors });
      // A value passes some twenty roundings on its way through two blocks and back; they add up like a walk, and gradients cancel.
      expect(distance(gradient, exact.gradient), `${precision} ${savedTensors}`).toBeLessThan(20 * rounding);
      expect(Math.abs(loss - exact.loss) / exact.loss).toBeLessThan(rounding); // a mean over ten tokens: errors even out
      expect(distance(gradient, exact.gradient)).toBeGreaterThan(rounding / 10); // something was rounded
      expect(narrow).toEqual([]); // weights have 32 bits, and so have their gradients
    }
  }
});

test.each(['float16', 'bfloat16'] as const)(
  '%s: 16-bit weights, and logits as in float32 but for rounding',
  (precision) => {
    const logits = (step: PartialConfig['step']): { values: number[]; weightsAreNarrow: boolean } => {
      const config: RunConfig = tinyConfig({}, step);
      const casts = castsFor(runtime, config.step.precision);
      const create = drawn(tf, 1, 0.3);
      const built = createTransformer(tf, config, casts === null ? create : narrowed(create, casts), { casts });
      const batch = tinyBatch(tf, config);
      const values = tf.tidy(() => Array.from(built.logits(batch).dataSync()));
      const weightsAreNarrow = built.variables.every((variable) => casts?.isNarrow(variable) ?? false);
      disposeBatch(tf, batch);
      built.dispose();
      casts?.remove();
      return { values, weightsAreNarrow };
    };
    const [exact, found] = [logits({}), logits({ precision })];
    expect([exact.weightsAreNarrow, found.weightsAreNarrow]).toEqual([false, true]);
    expect(distance(found.values, exact.values)).toBeLessThan(20 * ROUNDING[precision]);
  },
);
