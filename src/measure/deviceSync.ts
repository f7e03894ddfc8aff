/** A GPU works off a queue: an operation has only been asked for when its call returns. */
import type { Tf } from '../model/tensorflow.ts';

/** Returns when the device has done all that it was asked for: to read the last of it, TensorFlow has to wait. 8 bytes, soon gone. */
export function waitForDevice(tf: Tf): void {
  tf.tidy(() => void tf.square(tf.scalar(0)).dataSync());
}
