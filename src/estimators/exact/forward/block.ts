/** Forward through one block: a tidy, at whose end only what it leaves is left. */
import type { Component } from '../../../records/quantity.ts';
import { type ByComponent, plus, times } from '../byComponent.ts';
import { cast } from '../kernels.ts';
import { leftBy, type Moment, made } from '../moments.ts';
import { type Pass, type Stack, streamBetween } from '../pass.ts';
import { crossAttentionForward, selfAttentionForward } from './attention.ts';
import { feedForwardForward } from './feedForward.ts';
import type { ForwardOperations } from './operations.ts';

export function blockForward(operations: ForwardOperations, pass: Pass, stack: Stack): readonly Moment[] {
  const moments = [
    ...part(operations, pass, selfAttentionForward(operations, pass, stack.masked)),
    ...(stack.cross ? part(operations, pass, crossAttentionForward(operations, pass)) : []),
    ...part(operations, pass, feedForwardForward(operations, pass)),
  ];
  return [...moments, ...leaving(leftBy(moments), pass.isRecorded ? operations.left(pass, stack) : output(pass))];
}

/** The stream that a block gives, and what a cache has of it then. */
export const output = (pass: Pass): ByComponent => ({
  ...streamBetween(pass),
  ...(pass.cache === null ? {} : { attention: pass.cache.left }),
});

/** Frees what is there, but for `left`. */
export const leaving = (there: ByComponent, left: ByComponent): Moment[] =>
  Object.entries(plus(times(-1, there), left)).map(([component, bytes]) => made(component as Component, bytes));

/** One part with its norm and its sum. */
function part(operations: ForwardOperations, pass: Pass, own: readonly Moment[]): readonly Moment[] {
  const norm = operations.normalization(pass);
  const sum = residual(operations, pass);
  return pass.pre ? [...norm, ...own, ...sum] : [...own, ...sum, ...norm];
}

/** What comes out of a part is dropped from, widened or not, and added to the stream. */
function residual(operations: ForwardOperations, pass: Pass): Moment[] {
  const { NH, widths, dropout } = pass;
  const { stream, product } = widths;
  return [
    ...(dropout ? operations.dropout(pass, 'residual', NH, product) : []),
    ...cast('residual', NH, product, stream),
    made('residual', NH * stream),
  ];
}
