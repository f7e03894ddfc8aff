/** Which TensorFlow is set up. A wheel is data: another build of TensorFlow is another constant. */

export interface Wheel {
  /** Its name for pip. */
  readonly package: string;
  readonly version: string;
  readonly build: 'cpu';
  /** Size of the download, to tell the user what to expect. */
  readonly downloadBytes: number;
  /** Most disk space in use during the set-up. */
  readonly neededBytes: number;
  /** Files of the wheel that become deps/lib/…; its headers become deps/include/…. */
  readonly libraries: readonly string[];
}

/**
 * 2.18.1 is the smallest and fastest to load of 2.18–2.21, wants the oldest glibc (2.17), and has every header the addon needs.
 * Wheel 230 MB, libraries 683 MB, headers 160 MB: 1.1 GB at the peak, plus what pip keeps in its cache.
 */
export const TENSORFLOW_CPU: Wheel = {
  package: 'tensorflow-cpu',
  version: '2.18.1',
  build: 'cpu',
  downloadBytes: 230_000_000,
  neededBytes: 1_500_000_000,
  libraries: ['tensorflow/libtensorflow_cc.so.2', 'tensorflow/libtensorflow_framework.so.2'],
};

/** Raise it when the set-up makes something else of the same wheel: installations of another recipe are made anew. */
export const RECIPE_VERSION = 1;
