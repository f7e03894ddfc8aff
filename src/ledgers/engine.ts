/**
 * Listens to tfjs's engine: every tensor tracked and disposed, and the kernel that is running. The engine calls these methods through
 * `this`, so replacing them on the instance sees every event (tfjs-core 4.22.0, engine.ts: trackTensor, disposeTensor, runKernelFunc).
 */
import type { Tensor, Tf } from '../model/tensorflow.ts';

export interface EngineListener {
  /** Before a tensor is tracked or disposed: the last moment at which everything is as it was. */
  changing?(): void;
  /** `newData` is false for a view: another tensor over data that exists. */
  tracked(tensor: Tensor, newData: boolean, kernel: string): void;
  /** `dataGone` is true when no tensor of that data is left. */
  disposed(tensor: Tensor, dataGone: boolean): void;
}

interface Engine {
  state: { tensorInfo: WeakMap<object, unknown>; numBytes: number };
  trackTensor(tensor: Tensor, backend: unknown): void;
  disposeTensor(tensor: Tensor): void;
  runKernelFunc(parameters: { kernelName?: string }): unknown;
  /** Ours: in the order in which they came. */
  listeners?: EngineListener[];
}

/** Bytes that tfjs books for all its tensor objects, views again and again: `tf.memory().numBytes`. */
export const engineBytes = (tf: Tf): number => (tf.engine() as unknown as Engine).state.numBytes;

export function listenToEngine(tf: Tf, listener: EngineListener): void {
  const engine = tf.engine() as unknown as Engine;
  engine.listeners ??= hear(engine);
  engine.listeners.push(listener);
}

/** Once for all listeners: every operation of a step goes through here. */
function hear(engine: Engine): EngineListener[] {
  const listeners: EngineListener[] = [];
  const { trackTensor, disposeTensor, runKernelFunc } = engine;
  const kernels: string[] = [];
  engine.runKernelFunc = function runKernelFuncHeard(parameters) {
    kernels.push(parameters.kernelName ?? 'customGrad');
    try {
      return runKernelFunc.call(this, parameters);
    } finally {
      kernels.pop();
    }
  };
  engine.trackTensor = function trackTensorHeard(tensor, backend) {
    for (const listener of listeners) listener.changing?.();
    const newData = !this.state.tensorInfo.has(tensor.dataId);
    trackTensor.call(this, tensor, backend);
    const kernel = kernels.at(-1) ?? 'upload';
    for (const listener of listeners) listener.tracked(tensor, newData, kernel);
  };
  engine.disposeTensor = function disposeTensorHeard(tensor) {
    for (const listener of listeners) listener.changing?.();
    const known = this.state.tensorInfo.has(tensor.dataId);
    disposeTensor.call(this, tensor);
    const dataGone = known && !this.state.tensorInfo.has(tensor.dataId);
    for (const listener of listeners) listener.disposed(tensor, dataGone);
  };
  return listeners;
}
