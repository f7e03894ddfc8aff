/** Which formula sets judge: all, or those that `--estimator` names; and which of them a sweep means. */
import { fail } from '../errors.ts';
import type { Estimator } from '../estimators/estimator.ts';
import { ESTIMATORS, findEstimator, SIMULATORS } from '../estimators/index.ts';
import { isFormulaFile, loadFormula } from './formulaFile.ts';

/** For all sets of memproof's own, beside which a formula from a file can be given. */
const ALL = 'all';

/** All formulas, or those named: by id, as the file of a formula, or `all`. Those that run the step only by id. Each once. */
export async function chooseEstimators(names: readonly string[] | undefined): Promise<readonly Estimator[]> {
  if (names === undefined) return ESTIMATORS;
  const chosen = new Map<string, Estimator>();
  for (const name of new Set(names)) {
    for (const estimator of await estimatorsNamed(name)) {
      const other = chosen.get(estimator.id) ?? findEstimator(estimator.id);
      if (other !== undefined && other !== estimator)
        throw fail('E_ESTIMATOR', { file: name, detail: `  - id: "${estimator.id}" is another formula set already` });
      chosen.set(estimator.id, estimator);
    }
  }
  return [...chosen.values()];
}

async function estimatorsNamed(name: string): Promise<readonly Estimator[]> {
  if (name === ALL) return ESTIMATORS;
  const estimator = findEstimator(name);
  if (estimator !== undefined) return [estimator];
  if (isFormulaFile(name)) return [await loadFormula(name)];
  throw unknownEstimator(name, [
    ...[...ESTIMATORS, ...SIMULATORS].map(({ id }) => id),
    ALL,
    'or a file, as ./formula.mjs',
  ]);
}

/**
 * What a sweep's `matched` means. By id only, for a sweep is data and runs no code: memproof's own sets, and those `chosen` from files.
 * Throws E_SWEEP, which names `file`, for an id that nobody has.
 */
export function matchedEstimators(ids: readonly string[], chosen: readonly Estimator[], file: string): Estimator[] {
  const known = new Map([...ESTIMATORS, ...chosen].map((estimator) => [estimator.id, estimator]));
  return ids.map((id, index) => {
    const estimator = known.get(id);
    if (estimator !== undefined) return estimator;
    const names = `known: ${[...known.keys()].join(', ')}; one of your own comes with --estimator ./own-formula.mjs`;
    throw fail('E_SWEEP', { file, detail: `  - matched.${index}: there is no formula "${id}"; ${names}` });
  });
}

const unknownEstimator = (name: string, known: readonly string[]) =>
  fail('E_UNKNOWN_NAME', { kind: 'estimator', name, known: known.join(', ') });
