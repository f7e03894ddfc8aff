import { readdirSync, readFileSync } from 'node:fs';

/** Measuring processes that were started by `parent`. */
export function measuringChildrenOf(parent: number): string[] {
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      const args = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
      return args[1]?.endsWith('measure/child.js') === true && args[2] === String(parent);
    } catch {
      return false; // it ended while we looked
    }
  });
}
