/** Where the pack goes. */
import { mkdirSync, readdirSync } from 'node:fs';
import { EXIT, problem } from '../bootstrap/problem.mjs';

/** An empty folder only: a piece of an earlier pack would lie among the new ones. Throws E_FOLDER_NOT_EMPTY, E_OUTPUT_UNWRITABLE. */
export function prepareFolder(out) {
  let found;
  try {
    mkdirSync(out, { recursive: true });
    found = readdirSync(out);
  } catch (error) {
    const remedy = 'Choose another folder, or mend its permissions.';
    throw problem('E_OUTPUT_UNWRITABLE', EXIT.usage, `Cannot write into ${out}: ${error.message}`, remedy);
  }
  if (found.length === 0) return;
  throw problem('E_FOLDER_NOT_EMPTY', EXIT.usage, `${out} is not empty.`, 'Name an empty folder, or a new one.');
}
