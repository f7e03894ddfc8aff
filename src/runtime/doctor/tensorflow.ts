/** Does TensorFlow start on the device, and does it compute what it should? */
import { type Finding, fatal, note, ok, skipped } from './finding.ts';
import { messagesThatMatter } from './messages.ts';
import type { Probed } from './probe.ts';
import type { TensorflowFacts } from './probes/tensorflow.ts';
import { causeOfLoadFailure } from './setUp.ts';

/** TensorFlow as it was started for `device`, or why it was not. */
export type Started = Probed<TensorflowFacts> | { readonly reason: string };

export function tensorflowFindings(device: 'cpu' | 'gpu', started: Started): Finding[] {
  if ('reason' in started)
    return ['tensorflow-start', 'tensorflow-device', 'tensorflow-values'].map((id) => skipped(id, started.reason));
  const messages = messagesThatMatter(started.stderr, device);
  if ('failure' in started) {
    const meaning = causeOfLoadFailure(started.failure, device);
    const causes = [...(meaning === undefined ? [] : [meaning]), ...messages];
    return [
      fatal('tensorflow-start', {
        fact: `TensorFlow did not start: ${started.failure}`,
        cause: causes.length > 0 ? causes.join('\n') : undefined,
        remedy:
          'Mend what is named above; if nothing is, set TensorFlow up anew (`memproof setup --remove all`, `memproof setup`).',
      }),
      ...['tensorflow-device', 'tensorflow-values'].map((id) => skipped(id, 'TensorFlow did not start')),
    ];
  }
  const { facts } = started;
  // Where the device is another one they are the reason, and said there.
  const aside = facts.device === device ? messages : [];
  return [startFinding(facts, aside), deviceFinding(device, facts, messages), valuesFinding(facts)];
}

function startFinding({ tensorflowVersion }: TensorflowFacts, messages: readonly string[]): Finding {
  const fact = `TensorFlow ${tensorflowVersion} starts in a process like one that measures.`;
  return messages.length === 0
    ? ok('tensorflow-start', fact)
    : { ...note('tensorflow-start', fact), cause: messages.join('\n') };
}

/** The exit code of a program on TensorFlow says nothing of this: without a GPU it runs on the CPU, silently. */
function deviceFinding(
  wanted: 'cpu' | 'gpu',
  { device, deviceName }: TensorflowFacts,
  messages: readonly string[],
): Finding {
  if (device === wanted) return ok('tensorflow-device', `TensorFlow uses the ${device} (${deviceName}).`);
  return fatal('tensorflow-device', {
    fact: `TensorFlow was started for the ${wanted}, but uses the ${device}.`,
    cause: messages.length > 0 ? messages.join('\n') : undefined,
    remedy: 'Mend what is fatal above, then run `memproof doctor` again.',
  });
}

const PRODUCT = [19, 22, 43, 50];
const SUM = PRODUCT.map((value) => value + 1);

function valuesFinding({ product, sum }: TensorflowFacts): Finding {
  const right = product.join() === PRODUCT.join() && sum.join() === SUM.join();
  if (right) return ok('tensorflow-values', 'A product of two matrices and a sum are right.');
  return fatal('tensorflow-values', {
    fact: `TensorFlow computes ${product.join(', ')} and ${sum.join(', ')} instead of ${PRODUCT.join(', ')} and ${SUM.join(', ')}.`,
    cause: 'Its kernels or a library of CUDA do not fit this GPU, or its memory is defective.',
    remedy: 'Unset LD_LIBRARY_PATH and set TensorFlow up anew (`memproof setup --remove all`, `memproof setup`).',
  });
}
