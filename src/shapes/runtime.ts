/** tfjs over a binding without arithmetic: its node backend's own kernels, its engine, nothing of the native library. */
import { createRequire } from 'node:module';
import type { Tf } from '../model/tensorflow.ts';
import type { AllocatorStatistics } from '../runtime/allocatorStatistics.ts';
import type { NativeBackend } from '../runtime/binding.ts';
import type { LoadedRuntime } from '../runtime/load.ts';
import { restoreRemovedUtilFunctions } from '../runtime/nodeCompatibility.ts';
import { type RequestListener, ShapeBinding } from './binding.ts';
import type { KernelDevice } from './kernelDevice.ts';
import { fillGradientsOnes, withoutNumbers } from './unfilled.ts';

/** The name under which tfjs-node registers its kernels. */
const BACKEND = 'tensorflow';

export interface ShapeRuntime extends LoadedRuntime {
  readonly native: NativeBackend;
  readonly binding: ShapeBinding;
  /** Takes away what was built on it: the next runtime finds tfjs as it was. */
  close(): void;
}

/** What of tfjs's engine is put back (tfjs-core 4.22.0, engine.ts). Listeners replace its methods on the instance. */
interface Engine {
  state: { constructor: new () => Engine['state'] };
}

interface Loaded {
  readonly tf: Tf;
  readonly NodeJSKernelBackend: new (binding: ShapeBinding, name: string) => NativeBackend;
}
let loaded: Loaded | null = null;

/** A copy of tfjs with an engine of its own, which the build makes (scripts/bootstrap/bundle.mjs): what others do with tfjs is not touched. */
function load(): Loaded {
  restoreRemovedUtilFunctions();
  const copy = createRequire(import.meta.url)('../../dist/tfjs.cjs') as Loaded;
  fillGradientsOnes(copy.tf);
  return copy;
}

/** One at a time. `listener` is told of every request, as TensorFlow's allocator would meet it on that device. */
export function openShapeRuntime(listener: RequestListener, device: KernelDevice): ShapeRuntime {
  loaded ??= load();
  const { tf, NodeJSKernelBackend } = loaded;
  const binding = new ShapeBinding(listener, device);
  const engine = tf.engine() as unknown as Engine & Record<string, unknown>;
  const own = new Set(Object.keys(engine));
  engine.state = new engine.state.constructor();
  tf.registerBackend(BACKEND, () => new NodeJSKernelBackend(binding, 'shapes') as never);
  tf.setBackend(BACKEND);
  const native = tf.backend() as unknown as NativeBackend;
  return {
    tf: withoutNumbers(tf),
    native,
    binding,
    device: { kind: device.isGpu ? 'gpu' : 'cpu', name: 'shapes', uuid: null },
    ...{ driver: null, cuda: null },
    statistics: onlyOutputs(binding),
    tensorflowVersion: null,
    tfjsVersion: tf.version_core,
    close() {
      for (const name of Object.keys(engine)) if (!own.has(name)) delete engine[name];
      engine.state = new engine.state.constructor();
      tf.removeBackend(BACKEND);
    },
  };
}

/** There is no allocator to ask; where the outputs of an operation are the binding knows. */
const onlyOutputs = (binding: ShapeBinding): AllocatorStatistics => ({
  ...{ deviceName: 'shapes', allocatorName: 'none', configurationError: null },
  read: () => null,
  clearPeak() {},
  lastUploadAllocatedBytes: () => 0,
  followAllocations() {},
  followOutputs() {},
  lastOutputsOnHost: () => binding.outputsOnHost,
});
