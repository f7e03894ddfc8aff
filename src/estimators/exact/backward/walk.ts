/**
 * Backward from node to node of the tape, the last first, in one of two manners. A retaining one (tfjs's own) frees of two summands the
 * earlier and nothing else that outlives the gradient it was made for; a freeing one (src/training/freeing.ts) frees at the end of each node
 * what it made at once, the gradient that came in, what the node has saved and, once there is a sum, both its summands.
 *
 * A buffer counts under the component whose operation is differentiated; a sum under the component whose gradient completed it; the whole
 * gradient of a variable under `gradients`.
 */
import type { Component } from '../../../records/quantity.ts';
import { type ByComponent, plus, times } from '../byComponent.ts';
import { elementwise } from '../kernels.ts';
import { freed, leftBy, type Moment, made, type Stretch } from '../moments.ts';
import { WIDE } from '../widths.ts';
import type { Buffer, Gradient, Part } from './gradient.ts';

export interface Manner {
  readonly frees: boolean;
  /** What is done with the gradient of a variable when it is there: it takes the place of the last step's, or is added to that of earlier micro-batches. */
  readonly variables: 'left' | 'replacing' | 'added';
}

/** An operation as the tape has it. */
export interface Node<Parts extends readonly Part[]> {
  readonly by: Component;
  /** The gradients of what it gave. */
  readonly dys: readonly Gradient[];
  /** What its gradient function makes before it is asked for any input's. */
  readonly atOnce?: readonly Moment[];
  /** The gradients of what entered it, in their order. */
  readonly parts: Parts;
  /** What it has saved and nobody whose turn is still to come. */
  readonly gone?: ByComponent;
}

/** One gradient for each part. */
type Given<Parts extends readonly Part[]> = { readonly [Index in keyof Parts]: Gradient };

export class Walk {
  readonly frees: boolean;
  private variables: Manner['variables'];
  private moments: Moment[] = [];
  private readonly over: Stretch[] = [];

  constructor({ frees, variables }: Manner) {
    this.frees = frees;
    this.variables = variables;
  }

  /** What happens between nodes. */
  make(...moments: readonly Moment[]): void {
    this.moments.push(...moments);
  }

  /** What there was since the last call was a stretch, which comes so often. */
  endStretch(times = 1): void {
    this.over.push({ moments: this.moments, times });
    this.moments = [];
  }

  get stretches(): readonly Stretch[] {
    return this.over;
  }

  /** A node that one tensor entered, and gave one. */
  through(by: Component, dy: Gradient, part: Part, gone: ByComponent = {}): Gradient {
    return this.node({ by, dys: [dy], parts: [part], gone })[0];
  }

  /** The gradients of what entered, or their sums with what there was of them. */
  node<const Parts extends readonly Part[]>({ by, dys, atOnce = [], parts, gone = {} }: Node<Parts>): Given<Parts> {
    const start = this.moments.length;
    this.make(...atOnce);
    if (this.frees) return this.ended({ by, dys, parts, gone }, start);
    return parts.map((part) => {
      const begun = this.begun(part);
      this.claimed(part);
      return this.joined(by, part, begun);
    }) as Given<Parts>;
  }

  /** A node that is run again and differentiated with a tape of its own, of which the gradients alone are left. */
  again<const Parts extends readonly Part[]>(
    { by, dys, gone = {} }: Pick<Node<Parts>, 'by' | 'dys' | 'gone'>,
    run: () => Parts,
  ): Given<Parts> {
    const start = this.moments.length;
    const { variables } = this;
    this.variables = 'left';
    for (const dy of dys) dy.holders++; // here, while the other tape has its own
    const parts = run();
    this.variables = variables;
    return this.ended({ by, dys: this.frees ? dys : [], parts, gone: this.frees ? gone : {} }, start);
  }

  /** Of what there was since `start` the gradients alone are left; then what came in goes, and what was saved; then come the sums. */
  private ended<const Parts extends readonly Part[]>(
    { by, dys, parts, gone = {} }: Node<Parts>,
    start: number,
  ): Given<Parts> {
    const begun = parts.map((part) => this.begun(part));
    const left = parts.map(({ buffer, viewOf }) => (viewOf === null ? { [buffer.component]: bytesOf(buffer) } : {}));
    const there = leftBy(this.moments.slice(start));
    this.change(plus(times(-1, there), ...left));
    for (const dy of dys) this.release(dy);
    this.change(times(-1, gone));
    for (const part of parts) this.claimed(part);
    return parts.map((part, index) => this.joined(by, part, begun[index] as Gradient)) as Given<Parts>;
  }

  private begun({ moments, buffer, viewOf }: Part): Gradient {
    this.make(...moments);
    if (viewOf === null) return { ...buffer, holders: 1 };
    viewOf.holders++;
    return viewOf;
  }

  private change(parts: ByComponent): void {
    for (const [component, bytes] of Object.entries(parts))
      if (bytes !== 0) this.make(made(component as Component, bytes));
  }

  private release(gradient: Gradient): void {
    gradient.holders--;
    if (gradient.holders === 0) this.make(freed(gradient.component, bytesOf(gradient)));
  }

  /** The gradient of a variable that is what came in: who had that has it no longer. */
  private claimed({ viewOf, variable }: Part): void {
    if (variable === null || viewOf === null) return;
    this.make(freed(viewOf.component, bytesOf(viewOf)), made('gradients', bytesOf(viewOf)));
  }

  private joined(by: Component, { before, variable }: Part, gradient: Gradient): Gradient {
    const bytes = gradient.elements * WIDE;
    if (variable !== null && before === null && this.variables === 'replacing') this.make(freed('gradients', bytes));
    const sum = before === null ? gradient : this.sumOf(variable === null ? by : 'gradients', before, gradient);
    if (variable === 'whole' && this.variables === 'added')
      this.make(made('gradients', bytes), freed('gradients', 2 * bytes));
    return sum;
  }

  private sumOf(component: Component, before: Gradient, gradient: Gradient): Gradient {
    const { elements } = gradient;
    const width = Math.min(before.width, gradient.width);
    this.make(elementwise(component, [elements, before.width], [elements, gradient.width]));
    this.release(before);
    if (this.frees) this.release(gradient);
    return { component, elements, width, holders: 1 };
  }
}

const bytesOf = ({ elements, width }: Buffer): number => elements * width;
