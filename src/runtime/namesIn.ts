/** What lies in a folder. */
import { readdirSync } from 'node:fs';

/** Nothing in a folder that is not there, or may not be looked at. */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
