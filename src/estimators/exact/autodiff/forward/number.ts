/** Arithmetic with a number, which the tape keeps. */
import type { Component } from '../../../../records/quantity.ts';
import { elementwise, type Operand, withNumber } from '../../kernels.ts';
import { type Moment, made } from '../../moments.ts';
import type { Pass } from '../../pass.ts';
import { WIDE } from '../../widths.ts';

/** Where nothing is recorded it is there for as long as the operation alone. */
export const keptNumber = (
  { isRecorded }: Pick<Pass, 'isRecorded'>,
  component: Component,
  operand: Operand,
): readonly Moment[] =>
  isRecorded ? [made(component, WIDE), elementwise(component, operand, [1, WIDE])] : [withNumber(component, operand)];
