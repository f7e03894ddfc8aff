/** Plain data told from anything else by plain comparisons: what zod does in the same time is a tenth of it. */
import type { z } from 'zod';

/** True only of a value that the schema takes and gives back as it is, its keys in the same order. False tells nothing: ask the schema. */
type Recognise = (value: unknown) => boolean;

/** Knows strict objects, lists, records by text, enums, literals, texts, truth values and numbers; whatever else there is is never recognised. */
export function recogniser(schema: z.core.$ZodType): Recognise {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  const hasNoChecks = (def.checks ?? []).length === 0;
  switch (def.type) {
    case 'object':
      return hasNoChecks && def.catchall?._zod.def.type === 'never' ? ofObject(def.shape) : NEVER;
    case 'array':
      return ofArray(recogniser(def.element), def);
    case 'record':
      return hasNoChecks && isPlainText(def.keyType) ? ofRecord(recogniser(def.valueType)) : NEVER;
    case 'boolean':
      return (value) => typeof value === 'boolean';
    case 'enum':
      return oneOf(Object.values(def.entries));
    case 'literal':
      return oneOf(def.values);
    case 'nullable': {
      const inner = recogniser(def.innerType);
      return (value) => value === null || inner(value);
    }
    case 'string':
      return ofText(def);
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

function ofArray(isItem: Recognise, { checks = [] }: z.core.$ZodArrayDef): Recognise {
  let least = 0;
  for (const check of checks) {
    const bound = check._zod.def as z.core.$ZodCheckMinLengthDef;
    if (bound.check !== 'min_length') return NEVER;
    least = Math.max(least, bound.minimum);
  }
  return (value) => Array.isArray(value) && value.length >= least && value.every(isItem);
}

const isPlainText = (schema: z.core.$ZodType): boolean => {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  return def.type === 'string' && !('format' in def) && (def.checks ?? []).length === 0;
};

const ofRecord =
  (isEntry: Recognise): Recognise =>
  (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
    for (const name in value) {
      if (name === '__proto__' || !isEntry((value as Readonly<Record<string, unknown>>)[name])) return false;
    }
    return true;
  };

/** Any text, or one that a pattern describes. */
function ofText(def: z.core.$ZodStringDef): Recognise {
  if ('format' in def) return NEVER;
  const patterns: RegExp[] = [];
  for (const check of def.checks ?? []) {
    const { check: kind, format, pattern } = check._zod.def as z.core.$ZodCheckRegexDef;
    if (kind !== 'string_format' || format !== 'regex' || pattern.global || pattern.sticky) return NEVER;
    patterns.push(pattern);
  }
  return (value) => typeof value === 'string' && patterns.every((pattern) => pattern.test(value));
}

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

/** Finite numbers or whole ones, between bounds where there are any. */
function ofNumber(def: z.core.$ZodNumberDef): Recognise {
  const isWhole = 'format' in def && def.format === 'safeint';
  if ('format' in def && !isWhole) return NEVER;
  const bounds: Recognise[] = [];
  for (const check of def.checks ?? []) {
    const { check: kind, value: bound, inclusive } = check._zod.def as z.core.$ZodCheckGreaterThanDef;
    if (typeof bound !== 'number') return NEVER;
    if ((kind as string) === 'greater_than')
      bounds.push((value) => (inclusive ? Number(value) >= bound : Number(value) > bound));
    else if ((kind as string) === 'less_than')
      bounds.push((value) => (inclusive ? Number(value) <= bound : Number(value) < bound));
    else return NEVER;
  }
  const isNumber: Recognise = isWhole ? Number.isSafeInteger : Number.isFinite;
  return (value) => isNumber(value) && bounds.every((isWithin) => isWithin(value));
}
