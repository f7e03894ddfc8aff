/** `tensors`: what `tf.memory()` says, sampled whenever a tensor is tracked. Views count again; it is not memory. */
import { engineBytes, listenToEngine } from './engine.ts';
import { HighWater } from './highWater.ts';
import type { LedgerSource } from './ledger.ts';

export const tensors: LedgerSource = {
  id: 'tensors',
  start({ tf }) {
    const water = new HighWater();
    listenToEngine(tf, {
      tracked: (_tensor, _newData, kernel) => water.set(engineBytes(tf), kernel),
      disposed: () => water.set(engineBytes(tf), ''),
    });
    return water;
  },
};
