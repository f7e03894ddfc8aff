/** Why configurations do not tell the terms of a law apart, in the words of the keys that somebody would have to vary. */
import type { RunConfig } from '../../config/schema.ts';
import { type Matrix, nullSpace } from './elimination.ts';
import { SIZES, type Size, type Term } from './terms.ts';

/** Sentences about terms; what is left is counted. */
const MOST_EXAMPLES = 3;

/** One sentence, without its full stop. `matrix`: the terms (columns) of the configurations (rows); of less than full rank. */
export function missingVariations(
  configurations: readonly RunConfig[],
  terms: readonly Term[],
  matrix: Matrix,
): string {
  const mixed = nullSpace(matrix).map((vector) => terms.filter((_, index) => vector[index] !== 0n));
  const sizes = [...new Set(mixed.flatMap((together) => together.flatMap((term) => term.sizes)))];
  const causes = causesAmong(inOrder(sizes), configurations);
  const apart = mixed
    .slice(0, MOST_EXAMPLES)
    .map(
      (together) => `${termText(together.at(-1))} cannot be told from ${joined(together.slice(0, -1).map(termText))}`,
    );
  const more = mixed.length > MOST_EXAMPLES ? `, and ${mixed.length - MOST_EXAMPLES} more like these` : '';
  return [...(causes.length > 0 ? [causes.join('; ')] : []), apart.join('; ') + more].join(': ');
}

const inOrder = (sizes: readonly Size[]): Size[] =>
  (Object.keys(SIZES) as Size[]).filter((size) => sizes.includes(size));

/** Sizes that never change, and pairs of which one follows from the other. */
function causesAmong(sizes: readonly Size[], configurations: readonly RunConfig[]): string[] {
  const valuesOf = (size: Size): number[] => configurations.map((config) => SIZES[size].of(config));
  const fixed = sizes.filter((size) => new Set(valuesOf(size)).size === 1);
  const varied = sizes.filter((size) => !fixed.includes(size));
  const pairs = varied.flatMap((one, index) => varied.slice(index + 1).map((other) => [one, other] as const));
  return [
    ...fixed.map((size) => `${SIZES[size].words} is always ${valuesOf(size)[0]}`),
    ...pairs.flatMap(([one, other]) => {
      const relation = relationOf(valuesOf(one), valuesOf(other));
      return relation === null ? [] : [relation(SIZES[one].words, SIZES[other].words)];
    }),
  ];
}

type Relation = (one: string, other: string) => string;

function relationOf(ones: readonly number[], others: readonly number[]): Relation | null {
  const pairs = ones.map((one, index) => [one, others[index] ?? 0] as const);
  if (pairs.every(([one, other]) => one === other)) return (one, other) => `${other} always equals ${one}`;
  const [ratio = 1] = pairs.map(([one, other]) => other / one);
  const isProportional = pairs.every(([one, other]) => other === ratio * one);
  if (isProportional && Number.isInteger(ratio)) return (one, other) => `${other} is always ${ratio} times ${one}`;
  const distinct = new Set(pairs.map(([one, other]) => `${one} ${other}`)).size;
  const movesTogether = distinct === new Set(ones).size && distinct === new Set(others).size;
  return movesTogether ? (one, other) => `${one} and ${other} were never varied apart` : null;
}

const termText = (term: Term | undefined): string =>
  term === undefined ? '' : term.perLayer ? `${term.name} per layer` : term.name;

/** `A, B and C`; a term that is always 0 cannot be told from nothing. */
function joined(words: readonly string[]): string {
  if (words.length < 2) return words[0] ?? 'nothing';
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
