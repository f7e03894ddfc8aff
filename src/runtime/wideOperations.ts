/** Which operations compute in 32 bits though an operand has 16: what sums up many numbers, and what leaves the range of float16. */

/**
 * The table. Every other operation with a 16-bit operand computes in 16 bits and is at most a few roundings away. The range is that of
 * float16 (largest 65504, smallest normal 6.1e-5); bfloat16 keeps to the same table, so that a run in either has the same buffers.
 */
const REASONS = {
  sums: {
    // A running sum of equal numbers stands still when it is 2^11 (bfloat16: 2^8) times as large as the next: 1 + 1 + … ends at 2048 (256).
    reason: 'adds up many numbers',
    operations: ['Sum', 'Mean', 'Cumsum', 'UnsortedSegmentSum', 'Softmax'],
  },
  products: { reason: 'multiplies many numbers', operations: ['Prod', 'Cumprod'] },
  statistics: {
    // Exact in 16 bits too; but what is known of a row is small, and is worked on with other statistics (log-sum-exp).
    reason: 'one number for many, like the sums that it is used with',
    operations: ['Max', 'Min'],
  },
  overflow: {
    reason: 'of ordinary numbers it leaves the range: 257², e^11.1, 1/1e-5',
    operations: ['Square', 'SquaredDifference', 'Pow', 'Exp', 'Expm1', 'Reciprocal', 'Rsqrt'],
  },
  cancellation: {
    reason: 'near its zero or below the smallest number nothing would be left: log(1 − 1e-4), √(1e-8)',
    operations: ['Log', 'Log1p', 'Sqrt', 'Softplus'],
  },
  kernels: { reason: 'TensorFlow has no 16-bit kernel', operations: ['FusedBatchNorm'] },
} as const;

const WIDE: ReadonlySet<string> = new Set(
  Object.values(REASONS).flatMap(({ operations }): readonly string[] => operations),
);

/** `operation` as the binding names it. */
export const computesWide = (operation: string): boolean => WIDE.has(operation);
