/** Entry of the smoke test's process: loads TensorFlow for a device, computes known answers, prints JSON. Started by `smoke.ts` only. */
import { loadRuntime } from '../runtime/load.ts';
import { knownAnswers } from './knownAnswers.ts';
import { moveStatistics } from './movement.ts';

const device = process.argv[2] === 'gpu' ? 'gpu' : 'cpu';
const { tf, native, statistics, device: used } = loadRuntime('tensorflow', { device });
if (native === null) throw new Error('there is no native backend');
const movement = moveStatistics(tf, statistics, process.argv[3] ?? 'bfc');
process.stdout.write(JSON.stringify({ device: used, answers: knownAnswers(tf, native), movement }));
