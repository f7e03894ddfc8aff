/**
 * Which part of the model the operations that run now belong to. The model says it where it calls its parts; the ledgers ask when a
 * buffer is made. In backward the ledgers themselves go back to the place at which an operation was recorded.
 */
import type { Component } from '../records/quantity.ts';

export interface Place {
  readonly component: Component | 'unattributed';
  /** Number of the block, from 0; null outside the blocks. */
  readonly layer: number | null;
}

export const NOWHERE: Place = { component: 'unattributed', layer: null };

let place: Place = NOWHERE;
/** Set while a whole model runs that is one component; its parts are not told apart then. */
let whole: Component | null = null;

export const currentPlace = (): Place => place;

/** Goes to a place and stays there. */
export function enterPlace(next: Place): void {
  place = next;
}

/** Everything that `run` makes belongs to `component`, unless it names a part of its own. */
export const component = <T>(name: Component, run: () => T): T => inside({ ...place, component: whole ?? name }, run);

/** Everything that `run` makes belongs to `name` and to no block, whatever part of a model it says it is. */
export function asOne<T>(name: Component, run: () => T): T {
  const before = whole;
  whole = name;
  try {
    return inside({ component: name, layer: null }, run);
  } finally {
    whole = before;
  }
}

/** What `run` makes is the gradient of a variable: for custom gradients, which compute it themselves. */
export const ofVariable = <T>(run: () => T): T => component('gradients', run);

/** Everything that `run` makes belongs to block `layer`. */
export const layer = <T>(index: number, run: () => T): T =>
  inside({ ...place, layer: whole === null ? index : null }, run);

function inside<T>(next: Place, run: () => T): T {
  const before = place;
  place = next;
  try {
    return run();
  } finally {
    place = before;
  }
}
