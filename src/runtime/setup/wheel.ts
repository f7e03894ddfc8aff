/** Which TensorFlow can be set up. A wheel is data: another build of TensorFlow is another constant. */

export type Build = 'cpu' | 'gpu';

/** One of NVIDIA's own packages. Its version is the one that TensorFlow's METADATA pins. */
export interface CudaWheel {
  readonly package: string;
  readonly downloadBytes: number;
  /** Files of the wheel that become deps/nvidia/…, where TensorFlow's RUNPATH looks for them. */
  readonly libraries: readonly string[];
}

export interface Wheel {
  /** Its name for pip. */
  readonly package: string;
  readonly version: string;
  readonly build: Build;
  /** Size of the download, to tell the user what to expect. */
  readonly downloadBytes: number;
  /** Disk space in use when it is set up, and the most of it meanwhile. */
  readonly installedBytes: number;
  readonly neededBytes: number;
  /** The oldest glibc that its libraries load with. */
  readonly glibc: string;
  /** Files of the wheel that become deps/lib/…; its headers become deps/include/…. */
  readonly libraries: readonly string[];
  /** CUDA libraries for it; none for a CPU build. */
  readonly cuda: readonly CudaWheel[];
}

const LIBRARIES = ['tensorflow/libtensorflow_cc.so.2', 'tensorflow/libtensorflow_framework.so.2'];

/**
 * 2.18.1 is the smallest and fastest to load of 2.18–2.21, wants the oldest glibc (2.17), and has every header the addon needs.
 * Wheel 230 MB, libraries 683 MB, headers 160 MB: 1.1 GB at the peak, plus what pip keeps in its cache.
 */
export const TENSORFLOW_CPU: Wheel = {
  package: 'tensorflow-cpu',
  version: '2.18.1',
  build: 'cpu',
  downloadBytes: 230_000_000,
  installedBytes: 900_000_000,
  neededBytes: 1_500_000_000,
  glibc: '2.17',
  libraries: LIBRARIES,
  cuda: [],
};

/**
 * What TensorFlow opens when it starts on a GPU (tsl/platform/default/dlopen_checker.cc, TryDlopenCUDALibraries), and what these libraries
 * need of each other. The other packages that METADATA names (curand, cupti, nvcc, nvrtc, nccl) are not opened. Without cuBLAS's, cuFFT's
 * and cuSOLVER's extra libraries, which nobody opens: 93 MB.
 */
const CUDA_12: readonly CudaWheel[] = [
  {
    package: 'nvidia-cuda-runtime-cu12',
    downloadBytes: 1_000_000,
    libraries: ['nvidia/cuda_runtime/lib/libcudart.so.12'],
  },
  {
    package: 'nvidia-cublas-cu12',
    downloadBytes: 363_000_000,
    libraries: ['nvidia/cublas/lib/libcublas.so.12', 'nvidia/cublas/lib/libcublasLt.so.12'],
  },
  { package: 'nvidia-cufft-cu12', downloadBytes: 193_000_000, libraries: ['nvidia/cufft/lib/libcufft.so.11'] },
  { package: 'nvidia-cusolver-cu12', downloadBytes: 130_000_000, libraries: ['nvidia/cusolver/lib/libcusolver.so.11'] },
  { package: 'nvidia-cusparse-cu12', downloadBytes: 218_000_000, libraries: ['nvidia/cusparse/lib/libcusparse.so.12'] },
  // Opened by cuSOLVER and cuSPARSE.
  {
    package: 'nvidia-nvjitlink-cu12',
    downloadBytes: 21_000_000,
    libraries: ['nvidia/nvjitlink/lib/libnvJitLink.so.12'],
  },
  {
    package: 'nvidia-cudnn-cu12',
    downloadBytes: 577_000_000,
    // libcudnn.so.9 opens the others from its own folder.
    libraries: [
      '',
      '_adv',
      '_cnn',
      '_engines_precompiled',
      '_engines_runtime_compiled',
      '_graph',
      '_heuristic',
      '_ops',
    ].map((part) => `nvidia/cudnn/lib/libcudnn${part}.so.9`),
  },
];

/** The same TensorFlow for CUDA 12.5 and cuDNN 9.3: libraries 1.25 GB, headers 0.25 GB, CUDA 2.2 GB. */
export const TENSORFLOW_GPU: Wheel = {
  package: 'tensorflow',
  version: '2.18.1',
  build: 'gpu',
  downloadBytes: 616_000_000,
  installedBytes: 3_800_000_000,
  neededBytes: 6_500_000_000,
  glibc: '2.17',
  libraries: LIBRARIES,
  cuda: CUDA_12,
};

/** The newest TensorFlow, to see whether a finding is one of 2.18 alone. */
export const TENSORFLOW_2_21_CPU: Wheel = {
  package: 'tensorflow-cpu',
  version: '2.21.0',
  build: 'cpu',
  downloadBytes: 274_000_000,
  installedBytes: 1_100_000_000,
  neededBytes: 1_800_000_000,
  glibc: '2.27',
  libraries: LIBRARIES,
  cuda: [],
};

export const WHEELS: readonly Wheel[] = [TENSORFLOW_CPU, TENSORFLOW_GPU, TENSORFLOW_2_21_CPU];

export const TENSORFLOW_VERSIONS: readonly string[] = [...new Set(WHEELS.map(({ version }) => version))];

/** All that is downloaded for it. */
export const totalDownloadBytes = ({ downloadBytes, cuda }: Wheel): number =>
  cuda.reduce((sum, wheel) => sum + wheel.downloadBytes, downloadBytes);

/** Raise it when the set-up makes something else of the same wheel: installations of another recipe are made anew. */
export const RECIPE_VERSION = 1;
