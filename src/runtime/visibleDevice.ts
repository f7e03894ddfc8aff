/**
 * The one GPU that a measuring process sees. With two, tfjs puts what JavaScript makes on the last and TensorFlow runs operations on the
 * first, copying in silence (tfjs_backend.cc, the constructor), so a child is shown one: variables.ts.
 */

/** The value of CUDA_VISIBLE_DEVICES for a child: the first entry of what the shell says, or the first GPU where it says nothing. */
export const oneVisible = (shell: string | undefined): string => (shell ?? '0').split(',', 1)[0]?.trim() ?? '';

/**
 * The same GPU for a library that does not know CUDA_VISIBLE_DEVICES; null if the value hides every GPU. NVML lists every GPU of the
 * machine in the order of the PCI bus. CUDA counts in that order only with CUDA_DEVICE_ORDER=PCI_BUS_ID, which variables.ts sets.
 */
export function visibleDevice(
  value: string | undefined,
): { readonly uuid: string } | { readonly index: number } | null {
  const entry = oneVisible(value);
  if (/^\d+$/.test(entry)) return { index: Number(entry) };
  return /^(GPU|MIG)-.+$/.test(entry) ? { uuid: entry } : null;
}
