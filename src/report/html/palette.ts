/** Colours and shapes that are told apart by everybody, on light and on dark ground; the values are in styles.ts. */
import { COMPONENTS } from '../../records/quantity.ts';

/** Formulas in one picture: more cannot be told apart. */
export const MOST_SERIES = 7;

/** In the order of the formulas, the nearest first. */
export const SERIES_COLOURS = Array.from({ length: MOST_SERIES }, (_, index) => `var(--series-${index + 1})`);
export const SERIES_SYMBOLS = ['circle', 'square', 'triangle', 'diamond', 'star', 'cross', 'wye'] as const;

/** From the bottom of a stack to its top. */
export const COMPONENT_ORDER: readonly string[] = [...COMPONENTS, 'unattributed'];
export const COMPONENT_COLOURS = COMPONENT_ORDER.map((_, index) => `var(--part-${index + 1})`);

/** Too much, and too little. */
export const OVER = 'var(--over)';
export const UNDER = 'var(--under)';
/** Text and thin lines. */
export const FAINT = 'var(--faint)';
