/** The version of CUDA that TensorFlow runs on: that of the runtime library which it has loaded, not the newest that the driver could. */
import { ForeignFunctions } from './foreignFunctions.ts';
import { type Koffi, requireKoffi } from './koffi.ts';

/** What TensorFlow 2.18 loads by this name, from wherever it lies: the process has it already. */
const CUDA_RUNTIME_LIBRARY = 'libcudart.so.12';

/** `12.5`; null where it cannot be asked. The parameters are for tests. */
export function cudaRuntimeVersion(
  library: string = CUDA_RUNTIME_LIBRARY,
  loadKoffi: () => Koffi = requireKoffi,
): string | null {
  try {
    const version = Buffer.alloc(4);
    const code = new ForeignFunctions(library, loadKoffi()).call('cudaRuntimeGetVersion', 'int', [['void *', version]]);
    return code === 0 ? words(version.readInt32LE()) : null;
  } catch {
    return null; // without koffi or the library: the record says that it does not know
  }
}

/** cuda_runtime_api.h: 1000 · major + 10 · minor. */
const words = (version: number): string => `${Math.floor(version / 1000)}.${Math.floor((version % 1000) / 10)}`;
