/** `--set model.heads=4,8`: dotted keys from the command line; a comma makes a grid. */
import { fail } from '../errors.ts';
import { expandGrid } from './expand.ts';
import { parsePartialConfig } from './resolve.ts';
import { CONFIG_PATHS, type PartialConfig } from './schema.ts';

/** `['model.heads=4,8', 'batch.size=2']` → the two partial configurations of that grid (one empty one for no assignments). */
export function parseAssignments(assignments: readonly string[]): PartialConfig[] {
  const grid: Record<string, unknown[]> = {};
  for (const assignment of assignments) {
    const [path, text] = keyAndText('--set', assignment);
    if (!CONFIG_PATHS.includes(path)) {
      throw fail('E_UNKNOWN_NAME', { kind: 'configuration key', name: path, known: CONFIG_PATHS.join(', ') });
    }
    if (grid[path] !== undefined) {
      throw fail('E_USAGE', { detail: `--set ${path} is given twice; a grid is written with commas: ${path}=4,8.` });
    }
    grid[path] = text.split(',').map(scalar);
  }
  return expandGrid(grid).map((layer) => parsePartialConfig(layer, '--set'));
}

/** `KEY=VALUE` of `flag` → its two sides. */
export function keyAndText(flag: string, assignment: string): readonly [key: string, text: string] {
  const [, key, text] = /^([^=]+)=(.*)$/s.exec(assignment) ?? [];
  if (key !== undefined && text !== undefined && text !== '') return [key, text];
  throw fail('E_USAGE', { detail: `${flag} wants KEY=VALUE, got "${assignment}".` });
}

/** Numbers, booleans and null as in JSON; everything else is a word. */
export function scalar(text: string): unknown {
  if (text === 'true' || text === 'false' || text === 'null') return JSON.parse(text);
  return text.trim() !== '' && (!Number.isNaN(Number(text)) || text === 'NaN') ? Number(text) : text;
}
