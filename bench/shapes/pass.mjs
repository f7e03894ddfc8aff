/**
 * One way to learn the bytes of a step, in a process of its own: CPU time of the import, of the first time and of a later one, and the
 * largest resident memory. Used by run.mjs.
 */
import { MODELS } from './models.mjs';

const [, , way, model] = process.argv;
const cpuMs = (since) => {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1000;
};

const { compileLess } = await import('../../dist/cli/compileLess.js');
const { PRESETS } = await import('../../dist/config/presets.js');
const { mergeConfigs, resolveConfig } = await import('../../dist/config/resolve.js');
const { preset, ...own } = MODELS[model];
const runtime = { device: 'cpu', allocator: 'bfc', backend: way === 'javascript' ? 'javascript' : 'tensorflow' };
const config = resolveConfig(mergeConfigs(preset === undefined ? {} : PRESETS[preset], own, { runtime }));

const WAYS = {
  /** As the shape engine does it: of a deep model from two shallow ones. */
  async shapes() {
    const { simulateQuantities } = await import('../../dist/shapes/quantities.js');
    return () => simulateQuantities(config).get('requested')['step-peak'].bytes;
  },
  /** Every layer of it. */
  async 'full depth'() {
    const { simulateWhole } = await import('../../dist/shapes/quantities.js');
    return () => simulateWhole(config).get('requested')['step-peak'].bytes;
  },
  /** The same bytes and components as a formula, at any depth. */
  async 'closed form'() {
    const { tfjsClosedForm } = await import('../../dist/estimators/exact/tfjs-closed-form.js');
    return () => tfjsClosedForm.predict(config)['step-peak'].total;
  },
  async allocator() {
    const { allocatedBy, requestsToMeasure } = await import('../../dist/shapes/allocated.js');
    const limited = { ...config.runtime, memoryLimitMiB: 2 ** 30 };
    return () => allocatedBy(requestsToMeasure(config), limited).quantities['step-peak'];
  },
  /** tfjs's own backend, which computes. Its buffers are its own: arrays that TensorFlow would not have yet count too. */
  async javascript() {
    const { loadRuntime } = await import('../../dist/runtime/load.js');
    const { keepBooks } = await import('../../dist/ledgers/keepBooks.js');
    const { createTrainer } = await import('../../dist/training/trainer.js');
    const { filled } = await import('../../dist/model/variables.js');
    const loaded = loadRuntime('javascript');
    const books = keepBooks(loaded);
    return () => {
      const trainer = createTrainer(loaded.tf, config, { createVariable: filled(loaded.tf) });
      trainer.step(() => {});
      books.water.mark('start');
      trainer.step(() => {});
      books.water.mark('end');
      trainer.dispose();
      return books.water.stop().at(-1).peakBytes;
    };
  },
};

if (way !== 'javascript') compileLess(); // as the command does
const importing = process.cpuUsage();
const predict = await WAYS[way]();
const importMs = cpuMs(importing);
const cold = process.cpuUsage();
const bytes = predict();
const coldMs = cpuMs(cold);
const warm = process.cpuUsage();
predict();
const warmMs = cpuMs(warm);
const peakBytes = process.resourceUsage().maxRSS * 1024;
process.stdout.write(JSON.stringify({ importMs, coldMs, warmMs, peakBytes, bytes }));
