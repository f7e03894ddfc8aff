/** Forward through a dropout of the minimal form: which elements stay is kept. */
import type { Component } from '../../../../records/quantity.ts';
import { freed, type Moment } from '../../moments.ts';
import type { Pass } from '../../pass.ts';
import { BOOL } from '../../widths.ts';
import { drawn, masked } from '../dropout.ts';

/** Of `elements` of `width`. */
export const dropoutForward = (
  { isRecorded }: Pass,
  component: Component,
  elements: number,
  width: number,
): Moment[] => [
  ...drawn(component, elements),
  ...masked(component, elements, width),
  ...(isRecorded ? [] : [freed(component, elements * BOOL)]),
];
