/** Loads TensorFlow (or tfjs's own CPU backend), once per process, and says which device is really used. */
import { createRequire } from 'node:module';
import type { RunConfig } from '../config/schema.ts';
import { fail } from '../errors.ts';
import type { Tf } from '../model/tensorflow.ts';
import {
  type AllocatorStatistics,
  confirmStatistics,
  type NoStatistics,
  openStatistics,
} from './allocatorStatistics.ts';
import { copyEveryUpload, type NativeBackend } from './binding.ts';
import { chooseWheel } from './choice.ts';
import { type Device, describeDevice } from './device.ts';
import { examineStatistics, requireInstallation } from './installation.ts';
import { restoreRemovedUtilFunctions } from './nodeCompatibility.ts';

export interface LoadedRuntime {
  readonly tf: Tf;
  /** Null on tfjs's own CPU backend, which has no native library below it. */
  readonly native: NativeBackend | null;
  readonly device: Device;
  /** Version of NVIDIA's driver; null on a CPU, and where it cannot be asked. */
  readonly driver: string | null;
  /** Version of CUDA's runtime library; likewise. */
  readonly cuda: string | null;
  /** What TensorFlow's allocator says of itself on that device. */
  readonly statistics: AllocatorStatistics | NoStatistics;
  readonly tensorflowVersion: string | null;
  readonly tfjsVersion: string;
}

const require = createRequire(import.meta.url);

export interface LoadOptions {
  /** Which build of TensorFlow is loaded. Which device it then uses is said by `device` of what is loaded. */
  readonly device?: RunConfig['runtime']['device'];
  /** A serialized ConfigProto for TensorFlow's context (`contextConfiguration`). */
  readonly configuration?: Uint8Array | null;
}

/** Throws `E_NOT_BUILDABLE` for a backend that nothing here runs, `E_RUNTIME_LOAD` where TensorFlow does not load. */
export function loadRuntime(
  backend: RunConfig['runtime']['backend'],
  { device = 'cpu', configuration = null }: LoadOptions = {},
): LoadedRuntime {
  switch (backend) {
    case 'tensorflow':
      return loadTensorflow(device, configuration);
    case 'javascript':
      return loadJavascript();
    default:
      throw fail('E_NOT_BUILDABLE', { detail: `  - runtime.backend: "${backend}" runs no steps` });
  }
}

function loadTensorflow(wanted: RunConfig['runtime']['device'], configuration: Uint8Array | null): LoadedRuntime {
  const installation = requireInstallation(chooseWheel(wanted));
  restoreRemovedUtilFunctions();
  answerAddonPath(installation.addonPath);
  const options = configuration === null ? {} : { configuration };
  const opened = openStatistics(examineStatistics(installation), options); // has to be there before TensorFlow
  try {
    const tf = require('@tensorflow/tfjs-node-gpu') as Tf;
    const native = tf.backend() as unknown as NativeBackend;
    copyEveryUpload(native);
    // isGPUPackage is true for this npm package on any machine; only isUsingGpuDevice speaks of the device.
    const kind = native.isUsingGpuDevice ? 'gpu' : 'cpu';
    const tensorflowVersion = native.binding.TF_Version;
    const statistics = confirmStatistics(opened, kind, tensorflowVersion);
    if (configuration !== null) requireObeyed(statistics);
    return {
      tf,
      native,
      ...describeDevice(kind),
      statistics,
      tensorflowVersion,
      tfjsVersion: tf.version_core,
    };
  } catch (error) {
    throw fail('E_RUNTIME_LOAD', { detail: error instanceof Error ? error.message : String(error) }, error);
  }
}

/** A limit that TensorFlow did not take would make every number of the run mean something else. */
function requireObeyed(statistics: AllocatorStatistics | NoStatistics): void {
  const refusal = 'reason' in statistics ? statistics.reason : statistics.configurationError;
  if (refusal !== null) throw new Error(`the memory limit could not be set: ${refusal}`);
}

function loadJavascript(): LoadedRuntime {
  restoreRemovedUtilFunctions();
  const tf = require('@tensorflow/tfjs') as Tf;
  tf.setBackend('cpu');
  return {
    tf,
    native: null,
    ...describeDevice('cpu'),
    statistics: { reason: 'the javascript backend does not allocate through TensorFlow' },
    tensorflowVersion: null,
    tfjsVersion: tf.version_core,
  };
}

/**
 * tfjs-node-gpu asks node-pre-gyp where its addon is, which would look into node_modules. Ours lies in the runtime folder, so we answer
 * in its place: nothing is written into node_modules, and a hundred milliseconds of an install tool are not loaded.
 */
function answerAddonPath(addonPath: string): void {
  const requireFromTfjs = createRequire(require.resolve('@tensorflow/tfjs-node-gpu'));
  const id = requireFromTfjs.resolve('@mapbox/node-pre-gyp');
  const exports = { find: () => addonPath };
  require.cache[id] = { id, filename: id, loaded: true, exports } as NodeModule;
}
