/** Backward through the operations of a model, in one of their two forms (src/model/tools.ts). */
import type { RunConfig } from '../../../config/schema.ts';
import type { Component } from '../../../records/quantity.ts';
import type { ByComponent } from '../byComponent.ts';
import type { ForwardOperations } from '../forward/operations.ts';
import type { Moment } from '../moments.ts';
import type { Pass, Stack } from '../pass.ts';
import type { Part } from './gradient.ts';

/** What a stretch of backward does, and the gradient of what goes in. */
export interface Through {
  readonly moments: readonly Moment[];
  readonly sum: Part;
}

export interface LinearMap {
  readonly rows: number;
  readonly columns: number;
  /** Of its input, with the width that it came in, and what its gradient has already. */
  readonly input: { readonly width: number; readonly before: Part | null };
  readonly hasBias: boolean;
  /** Its weight is a tied one, whose gradient is not whole yet. */
  readonly isTied?: boolean;
}

/** What the gradients of each make, what goes meanwhile, and what is left. */
export interface Operations {
  loss(pass: Pass, config: RunConfig): readonly Moment[];
  /** dy has the width of a product. */
  linear(pass: Pass, name: Component, map: LinearMap): Through;
  /** `before`: what the stream's gradient has already, where the norm is in front of a part. */
  normalization(pass: Pass, before: Part | null): Through;
  /** The gradients of q, k and v are left, by heads. */
  scaledDotProduct(pass: Pass, masked: boolean): readonly Moment[];
  /** Of `elements` of queries or keys. */
  rotary(pass: Pass, elements: number): readonly Moment[];
  activation(pass: Pass): readonly Moment[];
  /** On the way from the stream to a part. */
  residual(pass: Pass): readonly Moment[];
  /** `before`: who has what there is of the gradient of the tokens' table; `isWhole`: what this one gives is all of it. */
  embedding(pass: Pass, before: Component | null, isWhole: boolean): readonly Moment[];
  /** The same form's forward, for what is run again. */
  readonly forward: ForwardOperations;
  /** What a block that is run again has on its tape. */
  tape(pass: Pass, stack: Stack): ByComponent;
  /** What comes out of a segment that is run again, where none of its blocks' tapes has it. */
  segmentValue(pass: Pass): ByComponent;
  /** Who has the head's part of a tied gradient. */
  tiedPart(pass: Pass): Component;
  /** Who has the part that the first of two embeddings gives. */
  readonly oneOfTwo: Component;
}
