import { createHash } from 'node:crypto';
import { withoutAddedKeys } from './addedKeys.ts';
import type { RunConfig } from './schema.ts';

/** JSON with sorted keys and no spaces: the same text for the same configuration, whoever wrote it. */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  let text = '';
  for (const key of Object.keys(value).sort()) {
    const member: unknown = (value as Readonly<Record<string, unknown>>)[key];
    if (member !== undefined) text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${canonicalJson(member)}`;
  }
  return `{${text}}`;
}

/** SHA-256 in hex, cut to `digits`. */
export const shortHash = (text: string, digits = 12): string =>
  createHash('sha256').update(text).digest('hex').slice(0, digits);

/**
 * The identity of a configuration: 12 hex digits of the SHA-256 of its canonical JSON.
 * A key that joined the schema later is left out while it has its first default, so that ids of committed records stay valid.
 */
export const configId = (config: RunConfig): string => shortHash(canonicalJson(withoutAddedKeys(config)));
