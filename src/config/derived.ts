/** The keys whose default follows from others, after all layers are merged. */
import type { RunConfig } from './schema.ts';

/** What the derived sizes follow from. */
type Said = Pick<RunConfig, 'batch'> & { readonly model: Pick<RunConfig['model'], 'hiddenSize' | 'heads'> };

interface DerivedKey {
  readonly text: string;
  of(said: Said): number;
}

export const DERIVED_KEYS = {
  'model.keyValueHeads': { text: 'heads', of: ({ model }) => model.heads },
  'model.headSize': { text: 'hiddenSize / heads', of: ({ model }) => model.hiddenSize / model.heads },
  'model.feedForwardSize': { text: '4 · hiddenSize', of: ({ model }) => 4 * model.hiddenSize },
  'model.maxPositions': { text: 'sequenceLength', of: ({ batch }) => batch.sequenceLength },
} as const satisfies Readonly<Record<string, DerivedKey>>;

/** The derivation of a dotted path; undefined where its default is a constant. */
export const derivedKey = (path: string): DerivedKey | undefined =>
  (DERIVED_KEYS as Readonly<Record<string, DerivedKey>>)[path];
