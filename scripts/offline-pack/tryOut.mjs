/** One process that loads TensorFlow, computes the known answers and says on stdout what it used: its stderr is TensorFlow's. */
import { pathToFileURL } from 'node:url';
import { wrongAnswers } from './knownAnswers.mjs';

const [load, device] = process.argv.slice(2);
const { loadRuntime } = await import(pathToFileURL(load).href);
const loaded = loadRuntime('tensorflow', { device });
process.stdout.write(JSON.stringify({ device: loaded.device, wrong: wrongAnswers(loaded.tf) }));
