/** What the page speaks of first: one quantity, measured by one executor, and the formulas that come nearest to it. */
import { type ComparedRow, isCompared } from '../../accuracy/compare.ts';
import type { Judgement } from '../../accuracy/judge.ts';
import { type ScoreboardRow, scoreboard } from '../../accuracy/score.ts';
import { isWorthNaming } from '../../records/origin.ts';
import { QUANTITIES, type Quantity } from '../../records/quantity.ts';
import { nearestFirst } from '../nearestFirst.ts';
import { rowsOfLedgers } from '../shownLedgers.ts';
import { MOST_SERIES } from './palette.ts';
import { isTrusted } from './trusted.ts';

/** What a user of a formula wants to know, the most wanted first. */
const MOST_WANTED_FIRST: readonly Quantity[] = ['step-peak', 'inference-peak', 'activations', ...QUANTITIES];

/** One quantity, each formula in the ledger that tells most. */
export interface Focus {
  readonly quantity: Quantity;
  readonly origin: string;
  /** Others measured, too, or others alone: who it was has to be said. */
  readonly isOriginNamed: boolean;
  /** Of every formula that was compared there, the nearest first. */
  readonly ranked: readonly ScoreboardRow[];
  /** Configurations on which any of them was compared. */
  readonly configurations: number;
  /** The compared totals of `ranked`. */
  readonly rows: readonly ComparedRow[];
}

/** Of the executor that measured most, by how much they are wanted; empty where nothing was compared. */
export function focusesOf({ comparisons }: Pick<Judgement, 'comparisons'>): Focus[] {
  const shown = rowsOfLedgers(scoreboard(comparisons), 'one');
  const keyOf = ({ estimator, quantity, ledger, origin }: Omit<ScoreboardRow, 'count'> | ComparedRow): string =>
    JSON.stringify([estimator, quantity, ledger, origin]);
  const isShown = new Set(shown.map(keyOf));
  const compared = comparisons.filter(isCompared).filter((row) => isShown.has(keyOf(row)));
  const origin = mostFrequent(compared.map((row) => row.origin));
  const isOriginNamed = isWorthNaming(compared.map((row) => row.origin));
  return [...new Set(MOST_WANTED_FIRST)].flatMap((quantity) => {
    const rows = compared.filter((row) => row.quantity === quantity && row.origin === origin);
    if (rows.length === 0) return [];
    const ranked = shown.filter((row) => row.quantity === quantity && row.origin === origin).sort(nearestFirst);
    const configurations = new Set(rows.map(({ configId }) => configId)).size;
    return [{ quantity, origin: origin ?? '', isOriginNamed, ranked, configurations, rows }];
  });
}

/** On at least half of the configurations. */
export const wasOftenCompared = (
  { count }: ScoreboardRow,
  { configurations }: Pick<Focus, 'configurations'>,
): boolean => count * 2 >= configurations;

/** Formulas that a picture has room for: the nearest of those that can be trusted or were often compared, then any. */
export function drawnFormulas(focus: Focus): string[] {
  const first = focus.ranked.filter((row) => isTrusted(row) || wasOftenCompared(row, focus));
  return [...new Set([...first, ...focus.ranked].map(({ estimator }) => estimator))].slice(0, MOST_SERIES);
}

function mostFrequent(texts: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0];
}
