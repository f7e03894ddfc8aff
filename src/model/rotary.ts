/** Rotary position embedding (Su et al. 2021), in halves as GPT-NeoX and Llama have it: pairs are (i, i + d/2). */
import { withGradient } from './customGradient.ts';
import { constantTable } from './table.ts';
import type { Tensor2D, Tensor4D, Tf } from './tensorflow.ts';
import { inTwoForms } from './tools.ts';

const BASE = 10_000;

/** Cosines and sines of every position's angles. Made once; they live as long as the model. */
export interface Rotation {
  readonly cosines: Tensor2D; // [S, d]
  readonly sines: Tensor2D; // [S, d]
}

export function createRotation(tf: Tf, sequenceLength: number, headSize: number): Rotation {
  const half = headSize / 2;
  const table = (of: (angle: number) => number): Tensor2D =>
    constantTable(tf, [sequenceLength, headSize], (values) => {
      for (let index = 0; index < values.length; index++) {
        const [position, column] = [Math.floor(index / headSize), index % headSize];
        values[index] = of(position * BASE ** (-(column % half) / half));
      }
    });
  return { cosines: table(Math.cos), sines: table(Math.sin) };
}

/** `x`: [B, a, S, d] → [B, a, S, d], each pair turned by its position's angle. Kept by the minimal form: nothing; a turn is undone by turning back. */
export const rotate = inTwoForms(
  ({ tf }, x: Tensor4D, rotation: Rotation): Tensor4D => turn(tf, x, rotation),
  ({ tf }, x, rotation) =>
    withGradient<Tensor4D>(tf, [x], {
      forward: () => ({ value: turn(tf, x, rotation), saved: [] }),
      backward: (dy) => [tf.sub(tf.mul(dy, rotation.cosines), quarterTurn(tf, tf.mul(dy, rotation.sines)))],
    }),
);

function turn(tf: Tf, x: Tensor4D, { cosines, sines }: Rotation): Tensor4D {
  const turned = quarterTurn(tf, x);
  return tf.add(tf.mul(x, cosines), tf.mul(turned, sines));
}

/** (x₁, x₂) → (−x₂, x₁), for each pair */
function quarterTurn(tf: Tf, x: Tensor4D): Tensor4D {
  const [first, second] = tf.split(x, 2, 3) as [Tensor4D, Tensor4D]; // [B, a, S, d/2] each
  return tf.concat([tf.neg(second), first], 3); // [B, a, S, d]
}
