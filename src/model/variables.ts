/** How trainable variables come to be: filled where only bytes matter, drawn from a seed where values matter. */
import type { Casts } from './casts.ts';
import type { Tensor, Tf, Variable } from './tensorflow.ts';

/** What a variable is for decides its first value. */
export type Role = 'weight' | 'bias' | 'gain';

/** Makes a variable on the device. The order of calls is the order in which Adam walks them. */
export type CreateVariable = (name: string, shape: number[], role: Role) => Variable;

const CONSTANT: Record<Role, number> = { weight: 0.02, bias: 0, gain: 1 };

/**
 * Every element of a variable is the same number. `tf.fill` runs on the device, so that no host array of the size of the model is made;
 * `tf.variable` copies nothing, and the initial tensor is dropped at once (tfjs counts both until then).
 */
export function filled(tf: Tf): CreateVariable {
  return (name, shape, role) => {
    const initial = tf.fill(shape, CONSTANT[role]);
    const variable = tf.variable(initial, true, name);
    initial.dispose();
    return variable;
  };
}

/** Weights from a normal distribution with deviation 0.02 (GPT-2's), a seed of their own for each variable. */
export function drawn(tf: Tf, seed: number, deviation = 0.02): CreateVariable {
  let index = 0;
  return (name, shape, role) => {
    index += 1;
    const initial =
      role === 'weight'
        ? tf.randomNormal(shape, 0, deviation, 'float32', seed + index)
        : tf.fill(shape, CONSTANT[role]);
    const variable = tf.variable(initial, true, name);
    initial.dispose();
    return variable;
  };
}

/** `create`, its first values in 16 bits: 2 bytes per parameter, for inference. A variable takes the width of what it is assigned. */
export function narrowed(create: CreateVariable, { narrow }: Casts): CreateVariable {
  return (...description) => {
    const variable = create(...description);
    const values = narrow<Tensor>(variable);
    if (values !== variable) {
      variable.assign(values);
      values.dispose();
    }
    return variable;
  };
}

/** `create` for a model that is not trained, its names apart from those of one that is. */
export function frozen(create: CreateVariable, prefix: string): CreateVariable {
  return (name, ...description) => {
    const variable = create(`${prefix}/${name}`, ...description);
    variable.trainable = false;
    return variable;
  };
}

/** `create`, and every variable that it made, in order. */
export function collected(create: CreateVariable): {
  readonly create: CreateVariable;
  readonly variables: readonly Variable[];
} {
  const variables: Variable[] = [];
  return {
    variables,
    create: (...description) => {
      const variable = create(...description);
      variables.push(variable);
      return variable;
    },
  };
}
