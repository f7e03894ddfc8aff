/** What exists on TensorFlow, and a device that fails at a chosen operation. */
import type { Tf } from '../../src/model/tensorflow.ts';
import { interpose, type NativeBackend } from '../../src/runtime/binding.ts';

/** tfjs's tensors and TensorFlow's handles. */
export const existingOn = (tf: Tf, native: NativeBackend) => (): [tensors: number, handles: number] => [
  tf.memory().numTensors,
  native.binding.getNumOfTensors(),
];

/** Runs `run` with the `index`-th operation (from 0) failing; returns how many were asked for. */
export function withFailingOperation(native: NativeBackend, index: number, run: () => void): number {
  let asked = 0;
  const behind = interpose(native, {
    executeOp(...operation) {
      asked += 1;
      if (asked - 1 === index) throw new Error('thrown by the device');
      return behind.executeOp(...operation);
    },
  });
  try {
    run();
  } finally {
    native.binding = behind;
  }
  return asked;
}
