/** The vocabulary of every number: which quantity, counted by which ledger, of which component. */

/** At which point of the step. Definitions: docs/measuring.md. */
export const QUANTITIES = [
  'weights',
  'steady',
  'activations',
  'forward-peak',
  'backward-peak',
  'gradients-held',
  'optimizer-peak',
  'step-peak',
  'prefill-peak',
  'decode-peak',
  'inference-peak',
  'kv-cache',
] as const;
export type Quantity = (typeof QUANTITIES)[number];

/** Changes of a level, which the system may have lowered in between: these may be less than nothing. */
export const LEVEL_CHANGES: ReadonlySet<Quantity> = new Set<Quantity>(['activations', 'kv-cache']);

/** The maximum over a whole step of either kind. */
export const WHOLE_PEAK = { training: 'step-peak', inference: 'inference-peak' } as const satisfies Record<
  string,
  Quantity
>;

/** Who counted. */
export const LEDGERS = ['tensors', 'buffers', 'requested', 'allocated', 'process'] as const;
export type Ledger = (typeof LEDGERS)[number];

/** Who else was asked, where somebody else can be: `memory-pool` is what CUDA's driver has in use below cuda_malloc_async. */
export const WITNESSES = ['memory-pool'] as const;
export type Witness = (typeof WITNESSES)[number];

/** The ledgers that a formula means when it says "memory" without saying whose. */
export const MEMORY_LEDGERS = ['buffers', 'requested', 'allocated'] as const satisfies readonly Ledger[];

/** Which part of the model or of the step a byte belongs to. */
export const COMPONENTS = [
  'inputs',
  'embedding',
  'attention',
  'feed-forward',
  'normalization',
  'residual',
  'head',
  'loss',
  'weights',
  'gradients',
  'optimizer',
  'teacher',
  'scratch',
] as const;
export type Component = (typeof COMPONENTS)[number];

/** Named differences between neighbouring ledgers. `peak-moved`: the ledger below at the instant of this peak − its own peak. */
export const RECONCILIATION_PARTS = [
  'views',
  'narrow-types',
  'not-uploaded',
  'not-tracked',
  'kernel-temporaries',
  'host-operands',
  'scratch',
  'mirrors',
  'rounding',
  'chunk-slack',
  'pool-free',
  'runtime-baseline',
  'javascript-heap',
  'peak-moved',
  'unexplained',
] as const;
export type PartName = (typeof RECONCILIATION_PARTS)[number];

/** Between the marks m0 → m1, m1 → m2 and m2 → m3 of a training step, i0 → i1 and i1 → i2 of inference. */
export const PHASES = ['forward', 'backward', 'optimizer', 'prefill', 'decode'] as const;
export type Phase = (typeof PHASES)[number];
