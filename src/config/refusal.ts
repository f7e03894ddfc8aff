/** Why a configuration that makes sense, and of which formulas may speak, cannot be built. */
import type { RunConfig } from './schema.ts';

export interface Refusal {
  /** The key to change. */
  readonly path: string;
  stands(config: RunConfig): boolean;
  reason(config: RunConfig): string;
}
