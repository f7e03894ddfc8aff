/** Types for the tests; the script itself is plain JavaScript. */
export function makeShims(
  cuda: 'full' | 'cublas' | 'shim' | 'none',
  nvidia: string,
  scratch: string,
  compiler: readonly string[],
  abort: AbortSignal,
): Promise<string[]>;
