/** Opens the books of a process and has them kept from both sides. To be called before anything is allocated, once. */
import type { LoadedRuntime } from '../runtime/load.ts';
import { Books } from './books.ts';
import { followBinding } from './followBinding.ts';
import { followEngine } from './followEngine.ts';

export function keepBooks(runtime: LoadedRuntime): Books {
  const books = new Books(runtime.tf);
  followEngine(runtime, books);
  if (runtime.native !== null) followBinding(runtime.native, books, outputsOnHost(runtime));
  return books;
}

/** On a CPU every output is where the device is: nobody asks. Without the addon nobody can. */
function outputsOnHost({ device, statistics }: LoadedRuntime): () => readonly boolean[] {
  if (device.kind === 'cpu' || 'reason' in statistics) return () => [];
  statistics.followOutputs();
  return () => statistics.lastOutputsOnHost();
}
