/** Colours and shapes that are told apart by everybody, on light and on dark ground; the values are in styles.ts. */
import { COMPONENTS } from '../../records/quantity.ts';

/** Formulas in one picture: more cannot be told apart. */
export const MOST_SERIES = 7;

export const SERIES_COLOURS = Array.from({ length: MOST_SERIES }, (_, index) => `var(--series-${index + 1})`);
export const SERIES_SYMBOLS = ['circle', 'square', 'triangle', 'diamond', 'star', 'cross', 'wye'] as const;

export const COMPONENT_ORDER: readonly string[] = [...COMPONENTS, 'unattributed'];
export const COMPONENT_COLOURS = COMPONENT_ORDER.map((_, index) => `var(--part-${index + 1})`);

export const OVER = 'var(--over)';
export const UNDER = 'var(--under)';
/** Text and thin lines. */
export const FAINT = 'var(--faint)';
