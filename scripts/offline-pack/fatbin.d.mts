/** Types for the tests; the script itself is plain JavaScript. */
export interface PruningCounts {
  readonly containers: number;
  readonly leftWhole: number;
  readonly blankedBytes: number;
  readonly keptBytes: number;
}
export function pruneFatbins(path: string, arch: number): PruningCounts;
