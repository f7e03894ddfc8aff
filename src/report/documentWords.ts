/** The numbers and words that every part of a report's document is made of. */
import { z } from 'zod';
import { MATCHES } from '../estimators/estimator.ts';
import { LEDGERS, QUANTITIES } from '../records/quantity.ts';

export const bytes = z.int().describe('bytes');
export const count = z.int().nonnegative();
export const ratio = z.number().describe('0.03 is 3 %');
export const share = z.number().min(0).max(1);
export const configId = z
  .string()
  .regex(/^[0-9a-f]{12}$/)
  .describe('identity of a configuration');

export const quantity = z.enum([...QUANTITIES]).describe('at which point of the step');
export const ledger = z.enum([...LEDGERS]).describe('who counted');
export const match = z
  .enum([...MATCHES])
  .describe('matched: all assumptions of the formula hold; nearest: all that can be built; away: neither');
export const outcome = z.enum(['measured', 'out-of-memory', 'failed', 'skipped', 'external']);
export const origin = z.string().describe('who executed the step');
