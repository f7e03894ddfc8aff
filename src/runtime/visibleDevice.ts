/**
 * Which GPU tfjs uses, for a library that does not know CUDA_VISIBLE_DEVICES: NVML lists every GPU of the machine, and in the order of
 * the PCI bus. CUDA counts in that order only with CUDA_DEVICE_ORDER=PCI_BUS_ID, which runtime/variables.ts sets.
 */

export type VisibleDevice =
  | { readonly uuid: string }
  | { readonly index: number }
  /** Nothing is said: the last GPU of the machine. */
  | 'last';

/**
 * From the value of CUDA_VISIBLE_DEVICES; null if it hides every GPU. tfjs_backend.cc takes the last GPU that TensorFlow lists, which has
 * them in the order of the variable; CUDA ignores what stands behind the first entry that names no GPU.
 */
export function visibleDevice(value: string | undefined): VisibleDevice | null {
  if (value === undefined) return 'last';
  const entries = value.split(',').map((entry) => entry.trim());
  const end = entries.findIndex((entry) => !/^(\d+|(GPU|MIG)-.+)$/.test(entry));
  const entry = (end === -1 ? entries : entries.slice(0, end)).at(-1);
  if (entry === undefined) return null;
  return /^\d+$/.test(entry) ? { index: Number(entry) } : { uuid: entry };
}
