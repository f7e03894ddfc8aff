/** What CUDA's driver says to a process like one that measures on a GPU. */
import { readFileSync } from 'node:fs';
import { CUDA_DRIVER_LIBRARY, CudaDriver, CudaError } from '../../cudaDriver.ts';
import { requireKoffi } from '../../koffi.ts';
import { answer } from './answer.ts';
import { becomeMeasuring } from './environment.ts';

export interface CudaFacts {
  /** The file that the loader took; null if it cannot be told. */
  readonly library: string | null;
  /** Of the driver's own cuInit; null if it went well. */
  readonly refusal: { readonly code: number; readonly words: string } | null;
  /** The newest CUDA that the driver knows: 1000 · major + 10 · minor. */
  readonly cudaVersion: number | null;
  readonly devices: readonly CudaDevice[];
}

export interface CudaDevice {
  readonly name: string;
  /** 9.0 is [9, 0]. */
  readonly computeCapability: readonly [major: number, minor: number];
  readonly totalBytes: number;
}

answer((): CudaFacts => {
  becomeMeasuring({ device: 'gpu', allocator: 'bfc' });
  const koffi = requireKoffi();
  koffi.load(CUDA_DRIVER_LIBRARY); // throws the loader's words
  const library = mappedFile(CUDA_DRIVER_LIBRARY);
  try {
    const driver = new CudaDriver(CUDA_DRIVER_LIBRARY, koffi);
    const devices = Array.from({ length: driver.deviceCount() }, (_, ordinal) => {
      const device = driver.device(ordinal);
      const [name, computeCapability] = [driver.deviceName(device), driver.computeCapability(device)];
      return { name, computeCapability, totalBytes: driver.totalBytes(device) };
    });
    return { library, refusal: null, cudaVersion: driver.cudaVersion(), devices };
  } catch (error) {
    if (!(error instanceof CudaError)) throw error;
    return { library, refusal: { code: error.code, words: error.message }, cudaVersion: null, devices: [] };
  }
});

function mappedFile(name: string): string | null {
  const paths = readFileSync('/proc/self/maps', 'utf8').matchAll(/ (\/.+)$/gm);
  const stem = name.replace(/\.\d+$/, ''); // the file behind the link may be libcuda.so.550.54.14
  return [...paths].map(([, path]) => path ?? '').find((path) => path.includes(`/${stem}`)) ?? null;
}
