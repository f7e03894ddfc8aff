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
  startTape(): void;
  clone(tensor: Tensor): Tensor;
  addTapeNode(kernelName: string, inputs: Record<string, Tensor>, ...rest: unknown[]): void;
}

export interface Attribution {
  /** The place of a buffer with so many elements that is made now. */
  placeOfNew(elements: number): Place;
}

/** `onSaved` is told which tensors an operation leaves on the tape. */
export function attribute(tf: Tf, onSaved: (kernelName: string, saved: readonly Tensor[]) => void): Attribution {
  const engine = tf.engine() as unknown as Engine;
  const { startTape, addTapeNode, clone } = engine;
  const isVariable = (tensor: Tensor): boolean => tensor instanceof tf.Variable;
  /** How many recorded operations use a variable: one that is used twice has its gradient joined from parts. */
  let uses = new Map<number, number>();
  /** Set while the one gradient of a variable is computed: a buffer of its size is that gradient. */
  let gradientElements: number | null = null;
  /** The tape keeps clones of what it saves and records them too; they lead nowhere and are no use of a variable. */
  let cloning = false;

  engine.startTape = function startTapeHeard() {
    uses = new Map();
    startTape.call(this);
  };
  engine.clone = function cloneHeard(tensor) {
    cloning = true;
    try {
      return clone.call(this, tensor);
    } finally {
      cloning = false;
    }
  };
  engine.addTapeNode = function addTapeNodeHeard(kernelName, inputs, ...rest) {
    addTapeNode.call(this, kernelName, inputs, ...rest);
    const node = this.state.activeTape?.at(-1);
    if (cloning || node === undefined) return;
    onSaved(kernelName, node.saved);
    if (node.gradient === undefined) return;
    for (const input of Object.values(node.inputs)) {
      if (isVariable(input)) uses.set(input.id, (uses.get(input.id) ?? 0) + 1);
    }
    const place = currentPlace();
    const gradient = node.gradient;
    node.gradient = (dys) => {
      enterPlace(place);
      const closures = gradient(dys);
      return Object.fromEntries(
        Object.entries(closures).map(([name, closure]) => [name, inPlace(closure, node.inputs[name], place)]),
      );
    };
  };

  /** Stays in the place afterwards, for the sum that tfjs makes if the input has a gradient already. */
  function inPlace(closure: () => Tensor, input: Tensor | undefined, place: Place): () => Tensor {
    if (input === undefined || !isVariable(input)) {
      return () => {
        enterPlace(place);
        return closure();
      };
    }
    return () => {
      enterPlace(place);
      gradientElements = uses.get(input.id) === 1 ? input.size : null;
      try {
        return closure();
      } finally {
        gradientElements = null;
        enterPlace({ ...place, component: 'gradients' });
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
