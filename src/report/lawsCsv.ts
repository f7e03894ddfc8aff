/** laws.csv: the law of every quantity, term by term: as it was recovered from the records, and as each formula has it. */
import type { Judgement } from '../accuracy/judge.ts';
import type { PolynomialLaw } from '../accuracy/recovery/identify.ts';
import { type Rational, rationalText } from '../accuracy/recovery/rational.ts';
import { type RecoveredLaw, recoverLaws } from '../accuracy/recovery/recover.ts';
import type { Term } from '../accuracy/recovery/terms.ts';
import { type Column, csvText } from './column.ts';
import { differingKeys, keysText } from './keysText.ts';

interface LawRow {
  readonly recovered: RecoveredLaw;
  readonly source: string;
  readonly law: PolynomialLaw;
  readonly ground: string | null;
  readonly term: Term | null;
  readonly coefficient: Rational | null;
}

export const LAWS_COLUMNS: readonly Column<LawRow>[] = [
  {
    name: 'origin',
    type: 'text',
    meaning: 'who executed the steps, and under which conditions that no key expresses',
    cell: ({ recovered }) => recovered.group.origin,
  },
  {
    name: 'group',
    type: 'text',
    meaning: 'what the steps of the law share, where it is not the default: `key=value` joined by `;`, sizes left out',
    cell: ({ recovered }) => keysText(differingKeys(recovered.group.keys)),
  },
  {
    name: 'quantity',
    type: 'text',
    meaning: 'at which point of the step',
    cell: ({ recovered }) => recovered.group.quantity,
  },
  { name: 'ledger', type: 'text', meaning: 'who counted', cell: ({ recovered }) => recovered.group.ledger },
  {
    name: 'place',
    type: 'text',
    meaning: 'phase, kernel and component of a peak: one law holds for one place; empty where there is no maximum',
    cell: ({ recovered }) => recovered.group.place,
  },
  {
    name: 'component',
    type: 'text',
    meaning: 'part of the model or the step; `total` for the sum',
    cell: ({ recovered }) => recovered.group.part,
  },
  { name: 'source', type: 'text', meaning: '`measured`, or the id of the formula set', cell: ({ source }) => source },
  {
    name: 'verdict',
    type: 'text',
    meaning: '`exact`, `rounded`, `no law` or `refused`',
    cell: ({ law }) => law.verdict,
  },
  {
    name: 'per_layer',
    type: 'boolean',
    meaning: 'whether the term counts once for every layer; empty without a law, and so are the next two',
    cell: ({ term }) => term?.perLayer ?? null,
  },
  {
    name: 'term',
    type: 'text',
    meaning: 'product of sizes; `1` is a constant',
    cell: ({ term }) => term?.name ?? null,
  },
  {
    name: 'coefficient',
    type: 'text',
    meaning: 'bytes per element: a decimal, or a fraction where the decimals do not end',
    cell: ({ coefficient }) => (coefficient === null ? null : rationalText(coefficient)),
  },
  {
    name: 'fitted',
    type: 'integer',
    meaning: 'configurations that the coefficients come from; 0 where none were looked for',
    cell: ({ law }) => law.fitted,
  },
  {
    name: 'held_out',
    type: 'integer',
    meaning: 'further ones that they were tried on',
    cell: ({ law }) => law.heldOut,
  },
  {
    name: 'held_out_exact',
    type: 'integer',
    meaning: 'of these, right to the byte',
    cell: ({ law }) => law.heldOutExact,
  },
  {
    name: 'ground',
    type: 'text',
    meaning: 'keys that differ because the formula says nothing where it was measured, as `key=value` joined by `;`',
    cell: ({ ground }) => ground,
  },
  {
    name: 'reason',
    type: 'text',
    meaning: 'why the law is not exact; empty where it is',
    cell: ({ law }) => law.reason,
  },
];

export const lawsCsv = ({ records, estimators }: Pick<Judgement, 'records' | 'estimators'>): string =>
  csvText(LAWS_COLUMNS, recoverLaws(records, estimators).flatMap(rowsOf));

function rowsOf(recovered: RecoveredLaw): LawRow[] {
  const sources = [
    { source: 'measured', law: recovered.law, ground: null },
    ...recovered.formulas.map(({ estimator, law, ground }) => ({ source: estimator, law, ground: keysText(ground) })),
  ];
  return sources.flatMap((source): LawRow[] => {
    const row = { recovered, ...source };
    const { coefficients } = source.law;
    if (coefficients === null) return [{ ...row, term: null, coefficient: null }];
    return recovered.terms.map((term, index) => ({ ...row, term, coefficient: coefficients[index] ?? null }));
  });
}
