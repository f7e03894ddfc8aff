/** The name of a device as the name of a folder. */
import type { Device } from '../runtime/device.ts';

/** `NVIDIA H100 80GB HBM3` → `nvidia-h100-80gb-hbm3`; a processor is `cpu-…`, so that nobody takes its numbers for a GPU's. */
export function deviceSlug({ kind, name }: Pick<Device, 'kind' | 'name'>): string {
  const words = name
    .toLowerCase()
    .replace(/\((r|tm)\)/g, '')
    .match(/[a-z0-9]+/g);
  return [...(kind === 'cpu' ? ['cpu'] : []), ...(words ?? ['unknown'])].join('-');
}
