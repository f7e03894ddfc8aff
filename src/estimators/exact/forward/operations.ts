/** Forward through the operations of a model, in one of their two forms (src/model/tools.ts). */
import type { RunConfig } from '../../../config/schema.ts';
import type { Component } from '../../../records/quantity.ts';
import type { ByComponent } from '../byComponent.ts';
import type { Moment } from '../moments.ts';
import type { Pass, Stack } from '../pass.ts';

export interface LinearMap {
  readonly rows: number;
  readonly columns: number;
  /** Its input has the width of the stream, of which a product may make a narrow copy. */
  readonly fromStream: boolean;
  readonly hasBias: boolean;
}

/**
 * What each makes, and what is left of that within the block: what it gives, what the tape keeps, and what the block's end frees. Where
 * nothing is recorded, what an operation makes on the way goes with it.
 */
export interface ForwardOperations {
  lookup(pass: Pass): readonly Moment[];
  normalization(pass: Pass): readonly Moment[];
  linear(pass: Pass, name: Component, map: LinearMap): readonly Moment[];
  /** Of `elements` of queries or keys. */
  rotary(pass: Pass, elements: number): readonly Moment[];
  scaledDotProduct(pass: Pass, masked: boolean): readonly Moment[];
  activation(pass: Pass): readonly Moment[];
  /** Of `elements` of `width`. */
  dropout(pass: Pass, component: Component, elements: number, width: number): readonly Moment[];
  loss(pass: Pass, config: RunConfig): readonly Moment[];
  /** What a block leaves where the tape records. */
  left(pass: Pass, stack: Stack): ByComponent;
}
