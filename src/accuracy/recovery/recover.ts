/** Coefficient recovery: from measured records alone the law of every quantity, and beside it what each formula says. */
import type { Estimator } from '../../estimators/estimator.ts';
import type { JudgedRecord } from '../../records/judged.ts';
import { type FormulaLaw, formulaAsker } from './formulaLaws.ts';
import { byLargestVariable, groupReadings, type LawGroup, type LawSample, reportedAmong } from './grouping.ts';
import { type Design, designOf, identify, type PolynomialLaw } from './identify.ts';
import { type Term, termsFor } from './terms.ts';

/** The law of one group as its records have it, and as the formulas have it. */
export interface RecoveredLaw {
  readonly group: LawGroup;
  /** What the coefficients of `law` and `formulas` belong to, in this order. */
  readonly terms: readonly Term[];
  readonly law: PolynomialLaw;
  /** Empty but for a total in the ledger of which the reports speak, and where the configurations can tell. */
  readonly formulas: readonly FormulaLaw[];
}

/**
 * In the order of quantities, ledgers and records; a total before its components, which are left out where they would be refused. The laws
 * are the same whatever the order of the records.
 */
export function recoverLaws(
  records: readonly JudgedRecord[],
  estimators: readonly Estimator[],
): readonly RecoveredLaw[] {
  const groups = groupReadings(records);
  const isReported = reportedAmong(groups);
  const designFor = designs();
  const askFormulas = formulaAsker(estimators);
  const recovered = (group: LawGroup): RecoveredLaw => {
    const design = designFor(group.samples);
    const law = identify(
      design,
      group.samples.map(({ bytes }) => bytes),
    );
    const asksFormulas = isReported(group) && group.part === 'total' && law.verdict !== 'refused';
    return { group, terms: design.terms, law, formulas: asksFormulas ? askFormulas(design, group) : [] };
  };
  return groups
    .filter((group) => group.part === 'total' || isReported(group))
    .flatMap((group) => {
      const whole = recovered(group);
      if (whole.law.verdict === 'exact' || group.place?.startsWith('optimizer') !== true) return [whole];
      const split = byLargestVariable(group).map(recovered);
      return split.some(({ law }) => law.verdict === 'exact') ? split : [whole];
    })
    .filter(({ group, law }) => group.part === 'total' || law.verdict !== 'refused');
}

/** One design for the same configurations, however many quantities were measured there. */
function designs(): (samples: readonly LawSample[]) => Design {
  const known = new Map<string, Design>();
  return (samples) => {
    const key = samples.map(({ configId }) => configId).join();
    const configurations = samples.map(({ configuration }) => configuration);
    const design = known.get(key) ?? designOf(configurations, termsFor(configurations));
    known.set(key, design);
    return design;
  };
}
