/** Tells the books about tfjs's tensors: which are over which buffer, and which are over arrays that TensorFlow has not seen yet. */
import type { Tensor, Variable } from '../model/tensorflow.ts';
import type { LoadedRuntime } from '../runtime/load.ts';
import type { Books } from './books.ts';
import { listenToEngine } from './engine.ts';

/** What tfjs-node's backend keeps about a data id (nodejs_kernel_backend.ts, `tensorMap`): no handle while `values` waits. */
interface NativeBackendWithMap {
  readonly tensorMap: {
    get(dataId: object): { readonly id: number | null; readonly values: object | null } | undefined;
  };
}

const TFJS_ELEMENT_BYTES: Readonly<Record<string, number>> = { float32: 4, int32: 4, bool: 1 }; // util_base.ts, bytesPerElement

export function followEngine({ tf, native }: LoadedRuntime, books: Books): void {
  const tensorMap = (native as unknown as NativeBackendWithMap | null)?.tensorMap ?? null;
  const bytesOf = ({ size, dtype }: Tensor): number => size * (TFJS_ELEMENT_BYTES[dtype] ?? 0);
  const handleOf = (dataId: object) => {
    if (tensorMap === null) return dataId; // tfjs's own CPU backend: a data id is handle and buffer in one
    const data = tensorMap.get(dataId);
    return data === undefined || data.values !== null ? null : data.id;
  };

  listenToEngine(tf, {
    changing: () => books.water.keepPeak(),
    tracked(tensor, newData, kernel) {
      const { dataId, shape, size } = tensor;
      const bytes = bytesOf(tensor);
      if (newData && tensorMap === null) {
        const place = books.attribution.placeOfNew(size);
        books.hold(
          dataId,
          { shape, dtype: 0, values: null },
          { bytes, shape, dtype: tensor.dtype, madeBy: kernel, place },
        );
      }
      const handle = handleOf(dataId);
      books.tensorMade(dataId, bytes, handle);
      if (tensor instanceof tf.Variable) books.variableAssigned(tensor as Variable);
    },
    disposed(tensor, dataGone) {
      books.tensorGone(tensor.dataId, bytesOf(tensor));
      if (dataGone && tensorMap === null) books.release(tensor.dataId);
    },
  });
}
