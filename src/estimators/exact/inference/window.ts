/** What a step of generation cuts out of the mask and the tables of the whole sequence (src/model/window.ts). */
import { INT32_BYTES } from '../kernels.ts';
import { type Moment, made } from '../moments.ts';
import type { Pass } from '../pass.ts';
import { WIDE } from '../widths.ts';

const NAME = 'inputs';

/** `length`: of the whole sequence. */
export function windowForward(pass: Pass, length: number, isMasked: boolean): Moment[] {
  const { headSize, hiddenSize } = pass.model;
  const tables = { rotary: [headSize, headSize], sinusoidal: [hiddenSize], learned: [], none: [] };
  const rows = tables[pass.model.positions].map((width) => cut(pass, width, width, length));
  return [...(isMasked ? maskForward(pass, length) : []), ...rows];
}

function maskForward(pass: Pass, length: number): Moment[] {
  const { model, S, T, host } = pass;
  const own = cut(pass, T, length, length);
  const group = model.heads / model.keyValueHeads;
  if (S === 1) return [own];
  return [own, made(NAME, group > 1 ? group * S * T * WIDE : 0, host * 2 * INT32_BYTES)]; // once for each head of a group
}

/** S rows of a table of `length`, as far as `columns` of its `width`. Whole rows that begin at an aligned address are themselves (src/ledgers/sharing.ts). */
function cut({ S, host }: Pass, columns: number, width: number, length: number): Moment {
  const isShared = columns === width && (S === length || (width * WIDE) % ALIGNMENT_BYTES === 0);
  return made(NAME, isShared ? 0 : S * columns * WIDE, host * 2 * 2 * INT32_BYTES); // where it begins, and how much
}

const ALIGNMENT_BYTES = 64;
