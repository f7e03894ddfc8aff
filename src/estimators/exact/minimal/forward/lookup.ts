/** Forward through a lookup that brings its own gradient. */
import { lookupForward as plain } from '../../autodiff/forward/lookup.ts';
import { within } from '../../chain.ts';
import type { Moment } from '../../moments.ts';
import type { Pass } from '../../pass.ts';
import { WIDE } from '../../widths.ts';

export const lookupForward = (pass: Pass): Moment[] => within(plain(pass), 'embedding', pass.NH * WIDE);
