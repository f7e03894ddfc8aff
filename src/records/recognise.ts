/** Plain data told from anything else by plain comparisons: what zod does in the same time is a tenth of it. */
import type { z } from 'zod';

/** True only of a value that the schema takes and gives back as it is, its keys in the same order. False tells nothing: ask the schema. */
type Recognise = (value: unknown) => boolean;

/** Knows strict objects, lists, enums, literals, texts and whole numbers; whatever else the schema has is never recognised. */
export function recogniser(schema: z.core.$ZodType): Recognise {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  const hasNoChecks = (def.checks ?? []).length === 0;
  switch (def.type) {
    case 'object':
      return hasNoChecks && def.catchall?._zod.def.type === 'never' ? ofObject(def.shape) : NEVER;
    case 'array':
      return hasNoChecks ? ofArray(recogniser(def.element)) : NEVER;
    case 'enum':
      return oneOf(Object.values(def.entries));
    case 'literal':
      return oneOf(def.values);
    case 'nullable': {
      const inner = recogniser(def.innerType);
      return (value) => value === null || inner(value);
    }
    case 'string':
      return hasNoChecks && !('format' in def) ? (value) => typeof value === 'string' : NEVER;
    case 'number':
      return ofNumber(def);
    default:
      return NEVER;
  }
}

const NEVER: Recognise = () => false;

function oneOf(values: readonly unknown[]): Recognise {
  const known = new Set(values);
  return (value) => known.has(value);
}

const ofArray =
  (isItem: Recognise): Recognise =>
  (value) =>
    Array.isArray(value) && value.every(isItem);

/** Each key of the value is the next one of the shape, past those that may be missing. */
function ofObject(shape: Readonly<Record<string, z.core.$ZodType>>): Recognise {
  const keys = Object.entries(shape).map(([name, schema]) => {
    const { def } = (schema as z.core.$ZodTypes)._zod;
    const [inner, mayBeMissing] = def.type === 'optional' ? [def.innerType, true] : [schema, false];
    return { name, mayBeMissing, isValue: recogniser(inner) };
  });
  return (value) => {
    if (typeof value !== 'object' || value === null) return false;
    let next = 0;
    for (const name in value) {
      while (keys[next]?.mayBeMissing === true && keys[next]?.name !== name) next++;
      const key = keys[next++];
      if (key?.name !== name || !key.isValue((value as Readonly<Record<string, unknown>>)[name])) return false;
    }
    return keys.every(({ mayBeMissing }, index) => index < next || mayBeMissing);
  };
}

/** Whole numbers, of any size or from a least one. */
function ofNumber(def: z.core.$ZodNumberDef): Recognise {
  if (!('format' in def) || def.format !== 'safeint') return NEVER;
  let least = Number.MIN_SAFE_INTEGER;
  for (const check of def.checks ?? []) {
    const bound = check._zod.def as z.core.$ZodCheckGreaterThanDef;
    if (bound.check !== 'greater_than' || !Number.isInteger(bound.value)) return NEVER;
    least = Math.max(least, bound.inclusive ? Number(bound.value) : Number(bound.value) + 1);
  }
  return (value) => Number.isSafeInteger(value) && (value as number) >= least;
}
