/**
 * Buffers of 16 bits, or of 8, behind the binding. tfjs has no such type and is told float32, so here is kept which handles are really narrow, and every
 * operation that meets one is rewritten. An operation that meets none goes through as it came.
 */
import { type Binding, interpose, type NativeBackend, type OpAttribute, type OutputMetadata } from './binding.ts';
import { computesWide } from './wideOperations.ts';

/** TensorFlow's numbers (tensorflow/c/tf_datatype.h). */
const TF_FLOAT = 1;
const TF_NARROW = { float16: 19, bfloat16: 14, int8: 6 } as const;

export type NarrowType = keyof typeof TF_NARROW;
export type Width = 'narrow' | 'wide';

export interface NarrowHandles {
  isNarrow(handle: number): boolean;
  /** A new handle over the values of a float32 or narrow one, described as tfjs has to see it. */
  cast(handle: number, width: Width): OutputMetadata;
  /** Puts back the binding that was there. Throws while narrow handles are alive, or something lies on top. */
  remove(): void;
}

/** Lays itself over the binding. Books that are to see the real types have to be kept before. */
export function narrowHandles(native: NativeBackend, type: NarrowType): NarrowHandles {
  const narrow = TF_NARROW[type];
  /** The real type of every handle that was made since. */
  const types = new Map<number, number>();
  const isNarrow = (handle: number): boolean => types.get(handle) === narrow;

  function typeOf(handle: number): number {
    const known = types.get(handle);
    if (known !== undefined) return known;
    // Made before: an operation that shares its input's buffer tells the type.
    const [same] = behind.executeOp('Identity', [], [handle], 1) as [OutputMetadata];
    behind.deleteTensor(same.id);
    types.set(handle, same.dtype);
    return same.dtype;
  }

  function castTo(handle: number, to: number): OutputMetadata {
    const { TF_ATTR_TYPE, TF_ATTR_BOOL } = behind;
    const attributes = [
      { name: 'SrcT', type: TF_ATTR_TYPE, value: typeOf(handle) },
      { name: 'DstT', type: TF_ATTR_TYPE, value: to },
      { name: 'Truncate', type: TF_ATTR_BOOL, value: false },
    ];
    return behind.executeOp('Cast', attributes, [handle], 1)[0] as OutputMetadata;
  }

  /** Calls `use` with `handles`, those of type `from` replaced by copies of type `to` that live no longer than the call. */
  function withCopies<T>(handles: readonly number[], from: number, to: number, use: (operands: number[]) => T): T {
    const copies = new Map<number, number>();
    try {
      for (const handle of new Set(handles)) {
        if (typeOf(handle) === from) copies.set(handle, castTo(handle, to).id);
      }
      return use(handles.map((handle) => copies.get(handle) ?? handle));
    } finally {
      for (const copy of copies.values()) behind.deleteTensor(copy);
    }
  }

  /** The attributes of type float32 speak of the operands: tfjs cannot mean any other float. */
  const narrowed = (attributes: readonly OpAttribute[]): OpAttribute[] =>
    attributes.map((attribute) =>
      attribute.type === behind.TF_ATTR_TYPE && attribute.value === TF_FLOAT
        ? { ...attribute, value: narrow }
        : attribute,
    );

  /** Notes the real type and hides it. */
  function told(output: OutputMetadata): OutputMetadata {
    types.set(output.id, output.dtype);
    return output.dtype === narrow ? { ...output, dtype: TF_FLOAT } : output;
  }

  const functions: Partial<Binding> = {
    createTensor(shape, dtype, values) {
      const handle = behind.createTensor(shape, dtype, values);
      types.set(handle, dtype);
      return handle;
    },
    deleteTensor(handle) {
      behind.deleteTensor(handle);
      types.delete(handle);
    },
    executeOp(name, attributes, inputs, outputCount) {
      const execute = (as: OpAttribute[], operands: number[]) => behind.executeOp(name, as, operands, outputCount);
      if (!inputs.some(isNarrow)) return execute(attributes, inputs).map(told);
      const outputs = computesWide(name)
        ? withCopies(inputs, narrow, TF_FLOAT, (operands) => execute(attributes, operands))
        : withCopies(inputs, TF_FLOAT, narrow, (operands) => execute(narrowed(attributes), operands));
      return outputs.map(told);
    },
    tensorDataSync(handle) {
      if (!isNarrow(handle)) return behind.tensorDataSync(handle);
      return withCopies([handle], narrow, TF_FLOAT, ([copy]) => behind.tensorDataSync(copy as number));
    },
  };
  const behind = interpose(native, functions);
  const front = native.binding;

  return {
    isNarrow,
    cast: (handle, width) => told(castTo(handle, width === 'narrow' ? narrow : TF_FLOAT)),
    remove() {
      if (native.binding !== front) throw new Error('the 16-bit layer is not the topmost one of the binding');
      if ([...types.values()].includes(narrow))
        throw new Error('16-bit tensors are alive: tfjs would take them for float32');
      native.binding = behind;
    },
  };
}
