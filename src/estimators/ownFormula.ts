/** A formula set that somebody else wrote, at the border: its shape is checked once, every answer when it is given. */
import { z } from 'zod';
import { type RunConfig, runConfigSchema } from '../config/schema.ts';
import { fail } from '../errors.ts';
import { COMPONENTS, LEDGERS, QUANTITIES } from '../records/quantity.ts';
import { ONE_DEVICE } from './deployment.ts';
import type { Assumption, Estimator, Prediction } from './estimator.ts';

type AnyFunction = (...given: readonly unknown[]) => unknown;

const method = z.custom<AnyFunction>((value) => typeof value === 'function', {
  error: ({ input }) => (input === undefined ? 'is missing; it must be a function' : 'must be a function'),
});
const text = z.string({ error: ({ input }) => (input === undefined ? 'is missing' : undefined) }).min(1, 'is empty');
const oneOf = <const Names extends readonly string[]>(kind: string, names: Names) =>
  z.enum(names, {
    error: ({ input }) => `there is no ${kind} ${JSON.stringify(input)}; there are ${names.join(', ')}`,
  });
const listed = <Item extends z.ZodType>(item: Item) =>
  z.array(item, { error: ({ input }) => (input === undefined ? 'is missing; it must be a list' : undefined) });

const formula = z.object(
  {
    /** As in file names and CSV cells. */
    id: text.regex(/^[a-z0-9][a-z0-9-]*$/, 'has small letters, digits and hyphens only'),
    title: text.optional(),
    source: z.object({ citation: text, url: text.optional(), version: text }).optional(),
    predicts: listed(
      z.object({ quantity: oneOf('quantity', QUANTITIES), ledgers: z.array(oneOf('ledger', LEDGERS)).min(1) }),
    )
      .min(1, 'is empty: the formula would predict nothing')
      .refine(noneTwice('quantity'), 'names a quantity twice'),
    assumptions: listed(z.object({ id: text, statement: text, holds: method, nearby: method.optional() }))
      .refine(noneTwice('id'), 'has an id twice')
      .optional(),
    matched: method.optional(),
    predict: method,
    countParameters: method.optional(),
  },
  { error: 'the export is not an object' },
);

const PARTS = [...COMPONENTS, 'unitemised'] as const;

const byteCount = (mayBeNegative: boolean) =>
  z.custom<number>(
    (value) => typeof value === 'number' && Number.isSafeInteger(value) && (mayBeNegative || value >= 0),
    {
      error: ({ input }) =>
        `${String(input)} is ${typeof input === 'number' && input < 0 && !mayBeNegative ? 'negative' : 'not a whole number of bytes'}`,
    },
  );

const bytesAnswer = z
  .object({
    kind: z.literal('bytes'),
    /** Left out where the source gives a total only. */
    components: z
      .partialRecord(z.enum(PARTS), z.unknown(), {
        error: (issue) =>
          unknownKeys(issue) !== ''
            ? `${unknownKeys(issue)} is no component; there are ${PARTS.join(', ')}`
            : `is not an object: ${describe(issue.input)}`,
      })
      .superRefine((parts, context) => {
        for (const [name, value] of Object.entries(parts)) {
          const checked = byteCount(name === 'unitemised').safeParse(value);
          for (const { message } of checked.error?.issues ?? [])
            context.addIssue({ code: 'custom', path: [name], message });
        }
      })
      .optional(),
    total: byteCount(false),
  })
  .superRefine(({ components, total }, context) => {
    if (components === undefined) return;
    const sum = Object.values(components as Record<string, number>).reduce((all, part) => all + part, 0);
    if (sum !== total)
      context.addIssue({
        code: 'custom',
        path: ['components'],
        message: `add up to ${sum}, but the total is ${total}; put the difference under "unitemised"`,
      });
  })
  .transform(({ components, total }) => ({
    kind: 'bytes' as const,
    components: components ?? { unitemised: total },
    total,
  }));

const answer = z.discriminatedUnion('kind', [bytesAnswer, z.object({ kind: z.literal('unsupported'), reason: text })], {
  error: ({ input }) =>
    `is neither {kind: "bytes", components, total} nor {kind: "unsupported", reason}: ${describe(input)}`,
});

const answersOf = (quantities: readonly string[]) =>
  z.partialRecord(z.enum(quantities as [string, ...string[]]), answer.optional(), {
    error: (issue) =>
      unknownKeys(issue) !== ''
        ? `${unknownKeys(issue)} is none of the quantities that \`predicts\` names: ${quantities.join(', ')}`
        : `is not an object with a prediction for each quantity: ${describe(issue.input)}`,
  });
const standing = z.object({ config: runConfigSchema, unmet: z.array(z.string()) });
const count = z.int().positive().optional();

/**
 * `value`: what `file` exports. Throws `E_ESTIMATOR` where that is no formula set. The set that is returned checks what the formula
 * answers, and throws `E_ESTIMATOR_ANSWER` for an answer that is none and for an exception. It may leave out `title`, `source`,
 * `assumptions` and `matched`.
 */
export function ownFormula(value: unknown, file: string): Estimator {
  const parsed = formula.safeParse(value);
  if (!parsed.success) throw fail('E_ESTIMATOR', { file, detail: lines(parsed.error, '') }, parsed.error);
  const { id, title = id, source = { citation: file, version: 'as given' }, predicts } = parsed.data;
  const own = value as Estimator;

  /** Runs a part of the formula on a configuration that it cannot change. */
  function ask<Answer>(what: string, schema: z.ZodType<Answer>, run: () => unknown): Answer {
    let given: unknown;
    try {
      given = run();
    } catch (error) {
      const thrown = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      throw fail('E_ESTIMATOR_ANSWER', { id, file, detail: `  - ${what} threw ${thrown}` }, error);
    }
    const checked = schema.safeParse(given);
    if (checked.success) return checked.data;
    throw fail('E_ESTIMATOR_ANSWER', { id, file, detail: lines(checked.error, what) }, checked.error);
  }

  const assumptions = (own.assumptions ?? []).map((assumption): Assumption => {
    const name = `assumption "${assumption.id}"`;
    return {
      id: assumption.id,
      statement: assumption.statement,
      holds: (config) => ask(`${name}: holds`, z.boolean(), () => assumption.holds(frozen(config))),
      ...(assumption.nearby && {
        nearby: (config: RunConfig) =>
          ask(`${name}: nearby`, z.array(runConfigSchema), () => assumption.nearby?.(frozen(config))),
      }),
    };
  });
  const schema = answersOf(predicts.map(({ quantity }) => quantity));
  return {
    id,
    title,
    source: source as Estimator['source'],
    predicts,
    assumptions,
    ...(own.matched && {
      matched: (config: RunConfig) => ask('matched', standing, () => own.matched?.(frozen(config))),
    }),
    predict: (config, deployment = ONE_DEVICE) =>
      ask('predict', schema, () => own.predict(frozen(config), deployment)) as Partial<Record<string, Prediction>>,
    ...(own.countParameters && {
      countParameters: (config: RunConfig) =>
        ask('countParameters', count, () => own.countParameters?.(frozen(config))),
    }),
  };
}

/** A copy that a formula which writes into it fails on, instead of changing what the next one sees. */
function frozen(config: RunConfig): RunConfig {
  return Object.freeze({
    model: Object.freeze({ ...config.model }),
    batch: Object.freeze({ ...config.batch }),
    step: Object.freeze({ ...config.step }),
    runtime: Object.freeze({ ...config.runtime }),
  });
}

function noneTwice<Key extends string>(key: Key) {
  return (entries: readonly Readonly<Record<Key, unknown>>[]): boolean =>
    new Set(entries.map((entry) => entry[key])).size === entries.length;
}

/** The keys that an issue complains about: empty unless it is one of unknown keys. */
const unknownKeys = (issue: object): string =>
  ((issue as { readonly keys?: readonly string[] }).keys ?? []).map((key) => `"${key}"`).join(', ');

function describe(value: unknown): string {
  if (value instanceof Promise) return 'a promise; a formula answers at once';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' && value !== null
    ? `an object with ${Object.keys(value).join(', ')}`
    : String(value);
}

const lines = (error: z.ZodError, what: string): string =>
  error.issues
    .map(({ path, message }) => {
      const place = [what, path.join('.')].filter((part) => part !== '').join(': ');
      return `  - ${place}${place === '' ? '' : ' '}${message}`;
    })
    .join('\n');
