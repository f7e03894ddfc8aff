/** Forward through the turning of queries or keys that brings its own gradient. */
import { rotaryForward as plain } from '../../autodiff/forward/rotary.ts';
import { within } from '../../chain.ts';
import type { Moment } from '../../moments.ts';
import type { Pass } from '../../pass.ts';

/** Of `elements` in heads. */
export const rotaryForward = (pass: Pass, elements: number): Moment[] =>
  within(plain(pass, elements), 'attention', elements * pass.widths.product);
