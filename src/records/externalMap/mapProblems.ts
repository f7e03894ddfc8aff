/** What is wrong with a map, one line each, in words that say what is allowed. */
import type { z } from 'zod';

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** `readings.0.ledger: there is no "alloc"; known: tensors, …`. `map` is the JSON that was checked. */
export const mapProblems = (issues: readonly Issue[], map: unknown): string[] =>
  issues.flatMap((issue) => problemsOf(issue, [], map));

function problemsOf(issue: Issue, above: Path, map: unknown): string[] {
  const path = [...above, ...issue.path];
  if (issue.code === 'invalid_union' && valueIn(map, path) !== undefined) {
    const [closest, ...others] = closestBranches(issue.errors);
    // No form has the type of what stands there: all of them are what could.
    if (others.length > 0 && closest !== undefined && fitOf(closest) === FIT.otherType)
      return [line(path, `expected ${[...new Set(expectedTypes(issue))].join(' or ')}`)];
    return (closest ?? []).flatMap((inner) => problemsOf(inner, path, map));
  }
  return [line(path, textOf(issue, valueIn(map, path)))];
}

const line = (path: Path, text: string): string => `  - ${path.join('.') || '(whole)'}: ${text}`;

function textOf(issue: Issue, value: unknown): string {
  if (issue.code === 'invalid_value') {
    const known = issue.values.map(String).join(', ');
    return value === undefined
      ? `is missing; one of ${known}`
      : `there is no ${JSON.stringify(value)}; known: ${known}`;
  }
  return value === undefined ? 'is missing' : issue.message;
}

/** How well a form of a union fits: of another type, another word, or right but for something inside. */
const FIT = { otherType: 0, otherWord: 1, inside: 2 } as const;

function fitOf(branch: readonly Issue[]): number {
  const fits = branch.map((issue) => {
    if (issue.path.length > 0 || issue.code === 'unrecognized_keys') return FIT.inside;
    if (issue.code === 'invalid_union') return Math.max(...issue.errors.map(fitOf));
    return issue.code === 'invalid_type' ? FIT.otherType : FIT.otherWord;
  });
  return Math.max(...fits);
}

/** Those that fit best: of a field that is written as `{column}` only what is wrong with that is of use. */
function closestBranches(branches: readonly (readonly Issue[])[]): readonly (readonly Issue[])[] {
  const best = Math.max(...branches.map(fitOf));
  return branches.filter((branch) => fitOf(branch) === best);
}

function expectedTypes(issue: Issue): string[] {
  if (issue.code === 'invalid_union') return issue.errors.flatMap((branch) => branch.flatMap(expectedTypes));
  return issue.code === 'invalid_type' ? [issue.expected] : [];
}

const valueIn = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>((inner, key) => (inner as Record<PropertyKey, unknown> | null | undefined)?.[key], value);
