/**
 * Which component a new buffer belongs to. Forward is easy: the model says where it is. In backward it is the component whose operation is
 * being differentiated, so the place is noted with every operation on the tape and entered again when its gradient runs.
 */
import { currentPlace, enterPlace, type Place } from '../model/component.ts';
import type { Tensor, Tf } from '../model/tensorflow.ts';

type Closures = Record<string, () => Tensor>;

interface TapeNode {
  readonly inputs: Record<string, Tensor>;
  readonly saved: readonly Tensor[];
  gradient?: (dys: Tensor[]) => Closures;
}

/** The part of tfjs-core 4.22.0's engine (engine.ts) that is listened to. */
interface Engine {
  state: { activeTape: TapeNode[] | null };
  clone(tensor: Tensor): Tensor;
  /** `customGradient` is null for a kernel: its gradient is registered with tfjs. */
  addTapeNode(
    kernelName: string,
    inputs: Record<string, Tensor>,
    outputs: Tensor[],
    customGradient: unknown,
    ...rest: unknown[]
  ): void;
}

export interface AttributionListener {
  /** An operation leaves tensors on the tape. */
  saved(kernelName: string, tensors: readonly Tensor[]): void;
  /** The one gradient of a variable is there; what it was computed with could not tell. */
  computed(gradient: Tensor, place: Place): void;
}

export interface Attribution {
  /** The place of a buffer with so many elements that is made now. */
  placeOfNew(elements: number): Place;
}

export function attribute(tf: Tf, listener: AttributionListener): Attribution {
  const engine = tf.engine() as unknown as Engine;
  const { addTapeNode, clone } = engine;
  const isVariable = (tensor: Tensor): boolean => tensor instanceof tf.Variable;
  /**
   * How many operations of a tape use a variable: one that is used twice has its gradient joined from parts. One map for each tape, because
   * a recomputation records a tape of its own in the middle of the backward of another.
   */
  const usesOnTape = new WeakMap<TapeNode[], Map<number, number>>();
  /** Set while the one gradient of a variable is computed: a buffer of its size is that gradient. */
  let gradientElements: number | null = null;
  /** The tape keeps clones of what it saves and records them too; they lead nowhere and are no use of a variable. */
  let cloning = false;

  engine.clone = function cloneHeard(tensor) {
    cloning = true;
    try {
      return clone.call(this, tensor);
    } finally {
      cloning = false;
    }
  };
  engine.addTapeNode = function addTapeNodeHeard(kernelName, inputs, outputs, customGradient, ...rest) {
    addTapeNode.call(this, kernelName, inputs, outputs, customGradient, ...rest);
    const tape = this.state.activeTape;
    const node = tape?.at(-1);
    if (cloning || tape == null || node === undefined) return;
    listener.saved(kernelName, node.saved);
    if (node.gradient === undefined) return;
    const uses = usesOnTape.get(tape) ?? new Map<number, number>();
    usesOnTape.set(tape, uses);
    for (const input of Object.values(node.inputs)) {
      if (isVariable(input)) uses.set(input.id, (uses.get(input.id) ?? 0) + 1);
    }
    const place = currentPlace();
    const gradient = node.gradient;
    node.gradient = (dys) => {
      enterPlace(place);
      const closures = gradient(dys);
      return Object.fromEntries(
        Object.entries(closures).map(([name, closure]) => {
          const input = node.inputs[name];
          if (input === undefined || !isVariable(input)) return [name, inPlace(closure, place)];
          const isWhole = (): boolean => uses.get(input.id) === 1;
          return [name, ofVariable(closure, input, isWhole, place, customGradient != null)];
        }),
      );
    };
  };

  /** Stays in the place afterwards, for the sum that is made if the input has a gradient already. */
  function inPlace(closure: () => Tensor, place: Place): () => Tensor {
    return () => {
      enterPlace(place);
      return closure();
    };
  }

  /** A custom gradient computes all of its gradients before it is asked for one: only what it then hands over can be known. */
  function ofVariable(
    closure: () => Tensor,
    variable: Tensor,
    isWhole: () => boolean,
    place: Place,
    isCustom: boolean,
  ): () => Tensor {
    const asGradient: Place = { ...place, component: 'gradients' };
    return () => {
      enterPlace(place);
      gradientElements = isWhole() ? variable.size : null;
      try {
        const gradient = closure();
        if (isCustom && isWhole()) listener.computed(gradient, asGradient);
        return gradient;
      } finally {
        gradientElements = null;
        enterPlace(asGradient);
      }
    };
  }

  return {
    placeOfNew: (elements) => {
      const place = currentPlace();
      return elements === gradientElements ? { ...place, component: 'gradients' } : place;
    },
  };
}
