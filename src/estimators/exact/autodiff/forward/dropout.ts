/** Forward through tfjs's dropout (tfjs-core, ops/dropout.ts). */
import type { Component } from '../../../../records/quantity.ts';
import { within } from '../../chain.ts';
import { elementwise } from '../../kernels.ts';
import { type Moment, made } from '../../moments.ts';
import type { Pass } from '../../pass.ts';
import { WIDE } from '../../widths.ts';
import { dropoutNoise } from '../dropout.ts';
import { keptNumber } from './number.ts';

/** Of `elements` of `width`. */
export function dropoutForward(
  { isRecorded }: Pick<Pass, 'isRecorded'>,
  component: Component,
  elements: number,
  width: number,
): Moment[] {
  const all = made(component, elements * WIDE);
  const withShare = keptNumber({ isRecorded }, component, [elements, WIDE]); // the share that stays
  const given = elementwise(component, [elements, width], [elements, WIDE]);
  const noise = isRecorded ? dropoutNoise(elements) : 0;
  const moments = [
    all, // random numbers
    ...withShare, // their sum
    all, // rounded down
    ...withShare, // the quotient
    given, // what stays
  ];
  return within(moments, component, noise + given.bytes);
}
