/** A model as a tree of named modules with what each owns itself: all that size estimators look at. */

export interface Module {
  readonly name: string;
  /** Parameters that the module owns itself, in elements; one that is tied to another counts where it comes first. */
  readonly parameters: number;
  /** Buffers that it owns itself, in bytes. */
  readonly bufferBytes: number;
  readonly children: readonly Module[];
  /** Its class is among those that the library will not split over devices (`_no_split_modules`). */
  readonly whole: boolean;
}

export const leaf = (name: string, parameters: number, bufferBytes = 0): Module => ({
  name,
  parameters,
  bufferBytes,
  children: [],
  whole: false,
});

export const group = (name: string, children: readonly Module[], parameters = 0): Module => ({
  ...leaf(name, parameters),
  children,
});

/** A group that is not split over devices. */
export const block = (name: string, children: readonly Module[], bufferBytes = 0): Module => ({
  ...leaf(name, 0, bufferBytes),
  children,
  whole: true,
});

export const linear = (name: string, inputs: number, outputs: number, bias = true): Module =>
  leaf(name, inputs * outputs + (bias ? outputs : 0));

/** Scale and bias. */
export const layerNorm = (name: string, width: number, affine = true): Module => leaf(name, affine ? 2 * width : 0);

/** `layers` times the same block, named by number. */
export const moduleList = (name: string, layers: number, makeBlock: () => Module): Module => {
  // Made once: they are alike, and there may be thousands.
  const made = layers > 0 ? makeBlock() : leaf('', 0);
  return group(
    name,
    Array.from({ length: Math.max(0, layers) }, (_, index) => ({ ...made, name: `${index}` })),
  );
};
