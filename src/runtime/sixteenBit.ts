/**
 * Real 16-bit buffers under unmodified tfjs. Nothing is cast by itself: a tensor is narrow where the model narrows it, and what is computed
 * from it is narrow but for the operations of wideOperations.ts. tfjs takes all of them for float32, and `tf.memory()` counts them so.
 */
import type { RunConfig } from '../config/schema.ts';
import type { Casts } from '../model/casts.ts';
import { narrowTypeOf } from '../model/precision.ts';
import type { Tensor, Tf } from '../model/tensorflow.ts';
import type { NativeBackend, OutputMetadata } from './binding.ts';
import { type NarrowType, narrowHandles, type Width } from './narrowHandles.ts';

export interface SixteenBit extends Casts {
  isNarrow(x: Tensor): boolean;
  /** Takes the layer away. Throws while narrow tensors are alive. */
  remove(): void;
}

/** The part of tfjs-node's backend (nodejs_kernel_backend.ts) that joins tensors and handles. */
interface TensorBackend {
  readonly tensorMap: {
    get(dataId: object): { readonly id: number | null; readonly values: object | null } | undefined;
  };
  /** Uploads what waits. */
  getInputTensorIds(tensors: readonly Tensor[]): number[];
  createOutputTensor(metadata: OutputMetadata): Tensor;
}

/** What `tf.customGrad` calls (engine.ts). It computes gradients at once; given here as a function they run where their place is known. */
interface Engine {
  runKernelFunc(operation: {
    readonly inputs: { readonly x: Tensor };
    readonly forwardFunc: () => Tensor;
    readonly backwardsFunc: (dy: Tensor) => { readonly x: () => Tensor };
  }): Tensor;
}

/** What a precision needs, 8 bits for quantised matrices too; null where everything has 32 bits. Only TensorFlow's buffers have another width. */
export function castsFor(
  { tf, native }: { readonly tf: Tf; readonly native: NativeBackend | null },
  precision: RunConfig['step']['precision'],
): SixteenBit | null {
  const type = narrowTypeOf(precision);
  if (type === null) return null;
  if (native === null) throw new Error(`${precision} needs TensorFlow`);
  return sixteenBit(tf, native, type);
}

/** To be called after `keepBooks`, once per process or after `remove`. `native` is the backend of `tf`. */
export function sixteenBit(tf: Tf, native: NativeBackend, type: NarrowType): SixteenBit {
  const handles = narrowHandles(native, type);
  const backend = native as unknown as TensorBackend;
  const engine = tf.engine() as unknown as Engine;

  function widthOf({ dataId }: Tensor): Width {
    const data = backend.tensorMap.get(dataId);
    const uploaded = data !== undefined && data.values === null && data.id !== null;
    return uploaded && handles.isNarrow(data.id) ? 'narrow' : 'wide';
  }

  function copied(x: Tensor, width: Width): Tensor {
    const [handle] = backend.getInputTensorIds([x]) as [number];
    return backend.createOutputTensor(handles.cast(handle, width));
  }

  function inWidth<T extends Tensor>(x: T, width: Width): T {
    if (x.isDisposed) throw new Error('a disposed tensor has no width');
    if (x.dtype !== 'float32') throw new TypeError(`a ${x.dtype} tensor has no other width`);
    const own = widthOf(x);
    if (own === width) return x;
    return engine.runKernelFunc({
      inputs: { x },
      forwardFunc: () => copied(x, width),
      backwardsFunc: (dy) => ({ x: () => gradientOf(dy, own) }),
    }) as T;
  }

  /** Never `dy` itself: it belongs to somebody else, who may dispose it. */
  const gradientOf = (dy: Tensor, width: Width): Tensor => (widthOf(dy) === width ? dy.clone() : inWidth(dy, width));

  return {
    narrow: (x) => inWidth(x, 'narrow'),
    widen: (x) => inWidth(x, 'wide'),
    isNarrow: (x) => widthOf(x) === 'narrow',
    remove: handles.remove,
  };
}
