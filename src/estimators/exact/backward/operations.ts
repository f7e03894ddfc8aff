/** Backward through the operations of a model, in one of their two forms (src/model/tools.ts). */
import type { RunConfig } from '../../../config/schema.ts';
import type { Component } from '../../../records/quantity.ts';
import type { ByComponent } from '../byComponent.ts';
import type { ForwardOperations } from '../forward/operations.ts';
import type { Pass, Stack } from '../pass.ts';
import type { Gradient } from './gradient.ts';
import type { Walk } from './walk.ts';

/** What enters an operation that other operations may take, too. */
export interface Input {
  /** What its gradient has already. */
  readonly before: Gradient | null;
  /** What goes with this operation, if it keeps the input: nobody whose turn is still to come does. */
  readonly gone: ByComponent;
}

export interface LinearMap {
  readonly rows: number;
  readonly columns: number;
  /** With the width that it came in. */
  readonly input: Input & { readonly width: number };
  readonly hasBias: boolean;
  /** Its weight is a tied one, whose gradient is not whole yet. */
  readonly isTied?: boolean;
}

/** Of one scaled dot product. */
export interface AttentionKind {
  readonly masked: boolean;
  /** Queries and keys are turned. */
  readonly rotated: boolean;
}

/** Of queries, keys and values, by heads. */
export interface OfHeads {
  readonly q: Gradient;
  readonly k: Gradient;
  readonly v: Gradient;
}

/** Of the tokens' table, which two embeddings and a tied head have in common. */
export interface Table {
  /** What there is of its gradient. */
  readonly before: Gradient | null;
  /** What comes now is all of it. */
  readonly isWhole: boolean;
  /** Nothing comes after it. */
  readonly isLast: boolean;
}

/** Each is given the gradient of what it gave, and gives that of what entered it. */
export interface Operations {
  /** Of the logits. */
  loss(walk: Walk, pass: Pass, config: RunConfig): Gradient;
  /** dy has the width of a product. `weight`: where its weight is tied, what there is then of its gradient. */
  linear(walk: Walk, pass: Pass, name: Component, dy: Gradient, map: LinearMap): { input: Gradient; weight: Gradient };
  normalization(walk: Walk, pass: Pass, dy: Gradient, input: Input): Gradient;
  /** From heads to rows, and from rows to heads. */
  joinedHeads(walk: Walk, pass: Pass, dy: Gradient, heads: number): Gradient;
  splitHeads(walk: Walk, pass: Pass, dy: Gradient, heads: number): Gradient;
  /** What the heads joined are, if they go with the product that takes them. */
  context(pass: Pass): ByComponent;
  scaledDotProduct(walk: Walk, pass: Pass, dy: Gradient, kind: AttentionKind): OfHeads;
  /** Of queries or keys. */
  rotary(walk: Walk, pass: Pass, dy: Gradient, heads: number): Gradient;
  activation(walk: Walk, pass: Pass, dy: Gradient): Gradient;
  /** The activation itself keeps what it gives. */
  activationKeepsOutput(pass: Pass): boolean;
  /** Through the product of what opens a gate and what goes through it. */
  gate(walk: Walk, pass: Pass, dy: Gradient): { opening: Gradient; through: Gradient };
  /** On the way from the stream, past a part and to it. `gone`: the stream before, if that is who goes with it. */
  residual(
    walk: Walk,
    pass: Pass,
    dy: Gradient,
    part: Component,
    gone: ByComponent,
  ): { past: Gradient; part: Gradient };
  /** Gives what there is then of the gradient of the tokens' table. */
  embedding(walk: Walk, pass: Pass, dy: Gradient, table: Table): Gradient;
  /** The same form's forward, for what is run again. */
  readonly forward: ForwardOperations;
  /** What a block that is run again has on its tape. */
  tape(pass: Pass, stack: Stack): ByComponent;
  /** What comes out of a segment that is run again, where none of its blocks' tapes has it. */
  segmentValue(pass: Pass): ByComponent;
  /** What entered the first block, or the first segment, if it goes with that. */
  entering(pass: Pass): ByComponent;
  /** What leads to no variable, of an embedding's tape and of a block's: nobody asks for its gradients. */
  leadingNowhere(pass: Pass, stack: Stack): { readonly embedding: ByComponent; readonly block: ByComponent };
}
