/** Types for the tests; the scripts themselves are plain JavaScript. */
export type Step = 'packages' | 'build' | 'tensorflow';
export const STEPS: readonly Step[];
export function bootstrap(options?: { readonly only?: readonly Step[] }): Promise<void>;
export function requireNode(found: string): void;
export function reportProblem(error: unknown): number;
