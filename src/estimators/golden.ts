/** Golden vectors: what original programs answered on explicit inputs, against our functions. Pure. */
import { z } from 'zod';
import { type Original, Refused } from './original.ts';

export const goldenFileSchema = z.looseObject({
  id: z.string(),
  vectors: z.array(
    z.looseObject({
      name: z.string(),
      input: z.record(z.string(), z.unknown()),
      output: z.record(z.string(), z.unknown()),
    }),
  ),
});
export type GoldenFile = z.infer<typeof goldenFileSchema>;

export interface Difference {
  readonly vector: string;
  /** Dotted path within the output. */
  readonly path: string;
  readonly expected: unknown;
  readonly found: unknown;
}

/** Another order of multiplication moves the last of a double's 16 digits; a wrong term moves far more. */
const RELATIVE_TOLERANCE = 1e-12;
/** How vectors say that the original gave no answer. */
const REFUSALS = ['error', 'refusal', 'thrown'];

/** Every value of every vector that `original` does not give; values that it gives beyond the vector's do not matter. */
export function differences({ vectors }: GoldenFile, original: Original): Difference[] {
  return vectors.flatMap(({ name, input, output }) => {
    const found = answer(original, input);
    return [...compare(output, found, '')].map(([path, expected, value]) => ({
      vector: name,
      path,
      expected,
      found: value,
    }));
  });
}

function answer(original: Original, input: Readonly<Record<string, unknown>>): unknown {
  try {
    return original.run(input);
  } catch (error) {
    if (error instanceof Refused) return { refused: error.message };
    return { threw: String(error) }; // a defect of ours: listed like any other difference, so that the other vectors are judged too
  }
}

type Mismatch = readonly [path: string, expected: unknown, found: unknown];

function* compare(expected: unknown, found: unknown, path: string): Iterable<Mismatch> {
  if (isObject(expected)) {
    if (REFUSALS.some((key) => key in expected)) {
      // What the original said is its own wording; that it refused is what counts.
      if (!(isObject(found) && 'refused' in found)) yield [path, expected, found];
      return;
    }
    if (!isObject(found)) {
      yield [path, expected, found];
      return;
    }
    for (const [key, value] of Object.entries(expected))
      yield* compare(value, found[key], path === '' ? key : `${path}.${key}`);
    return;
  }
  if (Array.isArray(expected)) {
    if (!Array.isArray(found) || found.length !== expected.length) {
      yield [path, expected, found];
      return;
    }
    for (const [index, value] of expected.entries()) yield* compare(value, found[index], `${path}[${index}]`);
    return;
  }
  if (!same(expected, found)) yield [path, expected, found];
}

function same(expected: unknown, found: unknown): boolean {
  if (expected === 'NaN') return Number.isNaN(found);
  if (typeof expected !== 'number' || typeof found !== 'number') return expected === found;
  if (Number.isInteger(expected) && Number.isSafeInteger(expected)) return expected === found;
  return Math.abs(expected - found) <= RELATIVE_TOLERANCE * Math.abs(expected);
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
