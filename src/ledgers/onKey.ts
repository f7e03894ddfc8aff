/**
 * A WeakMap whose values lie on their keys. The garbage collector looks through every entry of a WeakMap, and a step makes tens of thousands
 * of tensors: a fifth of its time went there. `name` has to be the same symbol wherever the same is noted, or V8 takes the keys for unlike.
 */
export class OnKey<V> {
  private readonly name: symbol;

  constructor(name: symbol) {
    this.name = name;
  }

  has(key: object): boolean {
    return this.get(key) !== undefined;
  }

  get(key: object): V | undefined {
    return (key as Record<symbol, V | undefined>)[this.name];
  }

  set(key: object, value: V): this {
    (key as Record<symbol, V | undefined>)[this.name] = value;
    return this;
  }

  delete(key: object): boolean {
    const had = this.has(key);
    (key as Record<symbol, V | undefined>)[this.name] = undefined;
    return had;
  }
}
