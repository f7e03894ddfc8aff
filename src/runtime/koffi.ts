/** Calls into C libraries. The package is optional: only what the driver of a GPU says needs it, and it is loaded only then. */
import { createRequire } from 'node:module';

/** What is used of it: types of our own, because the sources have to compile without the package. */
export interface Koffi {
  load(path: string): ForeignLibrary;
}

export interface ForeignLibrary {
  func(name: string, result: string, parameters: string[]): (...values: unknown[]) => unknown;
}

export const requireKoffi = (): Koffi => createRequire(import.meta.url)('koffi');
