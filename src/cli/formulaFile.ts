/** `--estimator ./file.mjs`: a formula set from a file of the user's. */
import { existsSync } from 'node:fs';
import { register } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { fail } from '../errors.ts';
import type { Estimator } from '../estimators/estimator.ts';
import { ownFormula } from '../estimators/ownFormula.ts';

/** Not an id: ids have neither slashes nor dots. */
export const isFormulaFile = (name: string): boolean => name.includes('/') || /\.[mc]?js$/.test(name);

/** Loads and checks `file`, whose default export or export `estimator` is a formula set. */
export async function loadFormula(file: string): Promise<Estimator> {
  const path = resolve(file);
  if (!existsSync(path)) throw fail('E_FILE_UNREADABLE', { file, detail: 'there is no such file' });
  lendOurselves();
  let exported: Readonly<Record<string, unknown>>;
  try {
    exported = await import(pathToFileURL(path).href);
  } catch (error) {
    const thrown = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    throw fail('E_ESTIMATOR', { file, detail: `  - it does not load: ${thrown}` }, error);
  }
  const formula = exported['default'] ?? exported['estimator'];
  if (formula === undefined)
    throw fail('E_ESTIMATOR', { file, detail: '  - it exports neither a default nor an `estimator`' });
  return ownFormula(formula, file);
}

let lent = false;

/** `import … from 'memproof'` in a formula is this very program, wherever the file lies and whether or not memproof is installed there. */
function lendOurselves(): void {
  if (lent) return;
  lent = true;
  const url = JSON.stringify(new URL('../index.js', import.meta.url).href);
  const hook = `export const resolve = (name, context, next) =>
    name === 'memproof' ? { url: ${url}, shortCircuit: true } : next(name, context);`;
  register(`data:text/javascript,${encodeURIComponent(hook)}`);
}
