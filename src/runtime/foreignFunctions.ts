/** Functions of a C library, by name. */
import type { ForeignLibrary, Koffi } from './koffi.ts';

/** The C type, and the value. */
export type Parameter = readonly [type: string, value: unknown];

export class ForeignFunctions {
  private readonly found = new Map<string, (...values: unknown[]) => unknown>();
  private readonly library: ForeignLibrary;

  /** Throws if the library is not there. */
  constructor(path: string, koffi: Koffi) {
    this.library = koffi.load(path);
  }

  /** A function is looked up when it is first called: an old library lacks some. Throws if it does. */
  call(name: string, result: string, parameters: readonly Parameter[]): unknown {
    const types = parameters.map(([type]) => type);
    const found = this.found.get(name) ?? this.library.func(name, result, types);
    this.found.set(name, found);
    return found(...parameters.map(([, value]) => value));
  }
}
