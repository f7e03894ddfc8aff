/** tfjs over a binding without arithmetic: its node backend's own kernels, its engine, nothing of the native library. */
import { createRequire } from 'node:module';
import { OnKey } from '../ledgers/onKey.ts';
import type { Tf } from '../model/tensorflow.ts';
import type { AllocatorStatistics } from '../runtime/allocatorStatistics.ts';
import type { NativeBackend } from '../runtime/binding.ts';
import type { LoadedRuntime } from '../runtime/load.ts';
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
  runKernel(kernelName: string, inputs: object, attrs: object): unknown;
  runKernelFunc(operation: object): unknown;
  state: { constructor: new () => Engine['state']; tensorInfo: OnKey<unknown> };
}

/** On a data id: what the engine and the backend keep of it. */
const [INFO, DATA] = [Symbol('info'), Symbol('data')];

interface Copy {
  readonly tf: Tf;
  readonly NodeJSKernelBackend: new (binding: ShapeBinding, name: string) => NativeBackend;
}

interface Loaded extends Copy {
  /** Without numbers. */
  readonly shapes: Tf;
  readonly binding: ShapeBinding;
  /** Of the engine before anyone listens to it. */
  readonly ownKeys: ReadonlySet<string>;
}
let loaded: Loaded | null = null;

/** A copy of tfjs with an engine of its own, which the build makes (scripts/bootstrap/bundle.mjs): what others do with tfjs is not touched. */
function load(listener: RequestListener, device: KernelDevice): Loaded {
  const copy = createRequire(import.meta.url)('../../dist/tfjs.cjs') as Copy;
  fillGradientsOnes(copy.tf);
  const engine = copy.tf.engine() as unknown as Engine;
  // tfjs looks for a kernel twice, and the second time says as well if there is none.
  engine.runKernel = function runKernelOnce(kernelName, inputs, attrs) {
    return this.runKernelFunc({ kernelName, inputs, attrs });
  };
  const ownKeys = new Set(Object.keys(engine));
  return { ...copy, shapes: withoutNumbers(copy.tf), binding: new ShapeBinding(listener, device), ownKeys };
}

/** One at a time. `listener` is told of every request, as TensorFlow's allocator would meet it on that device. */
export function openShapeRuntime(listener: RequestListener, device: KernelDevice): ShapeRuntime {
  loaded ??= load(listener, device);
  const { tf, shapes, binding, NodeJSKernelBackend, ownKeys } = loaded;
  const engine = tf.engine() as unknown as Engine & Record<string, unknown>;
  binding.restart(listener, device);
  engine.state = new engine.state.constructor();
  engine.state.tensorInfo = new OnKey(INFO);
  tf.registerBackend(BACKEND, () => new NodeJSKernelBackend(binding, 'shapes') as never);
  tf.setBackend(BACKEND);
  const native = tf.backend() as unknown as NativeBackend & { readonly tensorMap: { data: OnKey<unknown> } };
  native.tensorMap.data = new OnKey(DATA);
  return {
    tf: shapes,
    native,
    binding,
    device: { kind: device.isGpu ? 'gpu' : 'cpu', name: 'shapes', uuid: null },
    ...{ driver: null, cuda: null },
    statistics: onlyOutputs(binding),
    tensorflowVersion: null,
    tfjsVersion: tf.version_core,
    close() {
      restoreMethods(engine, ownKeys);
      engine.state = new engine.state.constructor();
      tf.removeBackend(BACKEND);
    },
  };
}

/** Nothing is deleted: an object that has lost a property is slow from then on, and the engine is what everything calls. */
function restoreMethods(engine: Record<string, unknown>, ownKeys: ReadonlySet<string>): void {
  const methods = Object.getPrototypeOf(engine) as Record<string, unknown>;
  for (const name of Object.keys(engine)) if (!ownKeys.has(name)) engine[name] = methods[name];
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
