/** How an original takes its arguments: what it would not take, it refuses; what Python cannot divide, too. */
import { z } from 'zod';
import { Refused, type Values } from '../original.ts';

/** The arguments of `input` that `schema` knows, defaults filled in. Throws `Refused` where the original would not take them. */
export function readArguments<T>(schema: z.ZodType<T>, input: Values): T {
  const read = schema.safeParse(input);
  if (!read.success) throw new Refused(z.prettifyError(read.error));
  return read.data;
}

/** Division as in Python: by zero it raises. */
export function quotient(dividend: number, divisor: number): number {
  if (divisor === 0) throw new Refused('division by zero');
  return dividend / divisor;
}
