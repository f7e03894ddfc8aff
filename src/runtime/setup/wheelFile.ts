/** Wheels as files in a folder. */
import { join } from 'node:path';
import { namesIn } from '../namesIn.ts';

export interface Requirement {
  /** Its name for pip. */
  readonly package: string;
  readonly version: string;
}

export const requirementText = (requirement: Requirement): string => `${requirement.package}==${requirement.version}`;

/** The wheel of that package and version for Linux x86-64, or null. For whichever Python: the libraries in it are the same. */
export function findWheelFile(folder: string, requirement: Requirement): string | null {
  const distribution = requirement.package.replace(/[-_.]+/g, '_'); // as the wheel format spells it
  const start = `${distribution}-${requirement.version}-`.toLowerCase();
  const name = namesIn(folder).find((file) => {
    const lower = file.toLowerCase();
    return lower.startsWith(start) && /manylinux[^-]*x86_64\.whl$/.test(lower);
  });
  return name === undefined ? null : join(folder, name);
}
