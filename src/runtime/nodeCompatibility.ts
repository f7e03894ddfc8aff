/** tfjs-node-gpu 4.22.0 calls two functions that Node 23 removed from `util`; they are put back before it loads. */
import { createRequire } from 'node:module';

/** Must run before tfjs-node-gpu is required. Changes nothing where the functions exist. */
export function restoreRemovedUtilFunctions(): void {
  const util = createRequire(import.meta.url)('node:util'); // the CommonJS object, which tfjs sees too; ESM's namespace is frozen
  util.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
  util.isArray ??= Array.isArray;
}
