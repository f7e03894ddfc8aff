/** Where the package lies and where TensorFlow is put. */
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Two levels up, both from src/runtime/ and from dist/runtime/. */
export const packageRoot = (): string => resolve(fileURLToPath(new URL('../..', import.meta.url)));

/** MEMPROOF_RUNTIME_DIR lets several clones share one TensorFlow, or puts it on a larger disk. */
export function runtimeFolder(): string {
  const chosen = process.env['MEMPROOF_RUNTIME_DIR'];
  return chosen ? resolve(chosen) : join(packageRoot(), '.runtime');
}
