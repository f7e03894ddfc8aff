/** Each rule of shapes against TensorFlow's own handles: every operation that a sample of random steps calls, with what it really made. */
import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { loadSweep, resolveAll, sweepEntries } from '../../src/cli/selection.ts';
import type { RunConfig } from '../../src/config/schema.ts';
import type { OpAttribute } from '../../src/runtime/binding.ts';
import { childEnvironment, tensorflowVariables } from '../../src/runtime/variables.ts';
import { INFERENCE } from '../../src/shapes/inference/index.ts';
import type { ShapedOperand, ShapedOutput } from '../../src/shapes/operand.ts';

interface Call {
  readonly name: string;
  readonly operands: readonly ShapedOperand[];
  readonly attributes: readonly OpAttribute[];
  readonly outputs: readonly ShapedOutput[];
}

const compiled = (path: string): string => new URL(`../../dist/${path}`, import.meta.url).href;

/** Every distinct call of one step of each configuration, as the binding saw it. */
function callsOf(configs: readonly RunConfig[]): Call[] {
  const code = `
    import { loadRuntime } from '${compiled('runtime/load.js')}';
    import { interpose } from '${compiled('runtime/binding.js')}';
    import { castsFor } from '${compiled('runtime/sixteenBit.js')}';
    import { createSteps } from '${compiled('training/steps.js')}';
    import { filled } from '${compiled('model/variables.js')}';
    const runtime = loadRuntime('tensorflow');
    const known = new Map();
    const calls = new Map();
    const behind = interpose(runtime.native, {
      createTensor(shape, dtype, values) {
        const handle = behind.createTensor(shape, dtype, values);
        known.set(handle, { shape, dtype, values: values.length <= 32 ? Array.from(values) : null });
        return handle;
      },
      executeOp(name, attributes, inputs, count) {
        const made = behind.executeOp(name, attributes, inputs, count);
        for (const { id, shape, dtype } of made) known.set(id, { shape, dtype, values: null });
        const call = {
          name,
          operands: inputs.map((input) => known.get(input)),
          attributes,
          outputs: made.map(({ shape, dtype }) => ({ shape, dtype })),
        };
        calls.set(JSON.stringify(call), call);
        return made;
      },
    });
    for (const config of ${JSON.stringify(configs)}) {
      const casts = castsFor(runtime, config.step.precision);
      const trainer = createSteps(runtime.tf, config, { createVariable: filled(runtime.tf), casts });
      trainer.step(() => {});
      trainer.dispose();
      casts?.remove();
    }
    console.log(JSON.stringify([...calls.values()]));`;
  const [first] = configs as [RunConfig];
  const env = childEnvironment(process.env, tensorflowVariables(first.runtime, 'none'));
  const options = { env, input: code, encoding: 'utf8', maxBuffer: 2 ** 28 } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-'], options);
  if (status !== 0) throw new Error(stderr.slice(-2000));
  return JSON.parse(stdout) as Call[];
}

/** Enough of the sweep that no rule is left without a call. */
const SAMPLE = 80;
const configsOf = (sweep: string, most: number): RunConfig[] =>
  resolveAll(sweepEntries(loadSweep(sweep)).slice(0, most), 'cpu');
const calls = callsOf([...configsOf('exact', SAMPLE), ...configsOf('inference', 12)]);

test.each(Object.keys(INFERENCE))('%s', (name) => {
  const own = calls.filter((call) => call.name === name);
  expect(own.length).toBeGreaterThan(0);
  for (const { operands, attributes, outputs } of own) {
    expect(INFERENCE[name]?.(operands, attributes)).toEqual(outputs);
  }
});

test('there is a rule for every operation that was called', () => {
  expect(calls.map(({ name }) => name).filter((name) => INFERENCE[name] === undefined)).toEqual([]);
});
