/** Which allocator TensorFlow is given, and whether its books and CUDA's can be read: a tensor of 1 MiB has to show in them. */
import { ASYNC_RULE, BFC_RULE, isAsyncCharge, isBfcCharge, MEBIBYTE } from '../mebibyte.ts';
import { type Finding, note, ok, skipped, warning } from './finding.ts';
import type { Moved } from './probes/tensorflow.ts';
import type { Started } from './tensorflow.ts';

/** Of the shell, and not heard: memproof sets all of TensorFlow's variables from the configuration. */
const ALLOCATOR_VARIABLES = [
  'TF_GPU_ALLOCATOR',
  'TF_FORCE_GPU_ALLOW_GROWTH',
  'TF_PER_DEVICE_MEMORY_LIMIT_MB',
  'TF_CUDA_MALLOC_ASYNC_SUPPORTED_PREALLOC',
  'TF_CPU_ALLOCATOR_USE_BFC',
  'TF_CPU_BFC_MEM_LIMIT_IN_MB',
];

export function shellFinding(shell: NodeJS.ProcessEnv): Finding {
  const set = ALLOCATOR_VARIABLES.filter((name) => shell[name] !== undefined);
  if (set.length === 0) return ok('allocator-variables', "The shell says nothing of TensorFlow's allocator.");
  const said = set.map((name) => `${name}=${shell[name]}`).join(', ');
  return note(
    'allocator-variables',
    `Not heard: ${said}. memproof sets these from the configuration (runtime.allocator, runtime.memoryLimitMiB).`,
  );
}

export function bfcFinding(device: 'cpu' | 'gpu', started: Started): Finding {
  const moved = movedOf('allocator-bfc', started, device, ({ statistics }) => statistics);
  if ('status' in moved) return moved;
  const { movedBytes, allocator } = moved;
  return booksFinding('allocator-bfc', allocator, movedBytes, isBfcCharge(movedBytes), `BFC charges ${BFC_RULE}`);
}

/** If TensorFlow does not start with it, that is a configuration that cannot be measured, not a machine that cannot. */
export function asyncFinding(started: Started): Finding {
  if ('failure' in started) {
    return warning('allocator-async', {
      fact: `With cuda_malloc_async TensorFlow does not start: ${started.failure}`,
      cause: 'The driver or the GPU has no memory pools (CUDA 11.2 or newer).',
      remedy: 'Measure with `--set runtime.allocator=bfc`, the default.',
    });
  }
  const moved = movedOf('allocator-async', started, 'gpu', ({ statistics }) => statistics);
  if ('status' in moved) return moved;
  const { movedBytes, allocator } = moved;
  const rule = `cuda_malloc_async counts what is asked for: ${ASYNC_RULE}`;
  return booksFinding('allocator-async', allocator, movedBytes, isAsyncCharge(movedBytes), rule);
}

/** CUDA's own books below cuda_malloc_async; in which granules it charges is not documented. */
export function poolFinding(started: Started): Finding {
  const moved = movedOf('memory-pool', started, 'gpu', ({ pool }) => pool ?? { reason: 'there is none' });
  if ('status' in moved) return moved;
  const { movedBytes } = moved;
  return booksFinding(
    'memory-pool',
    "CUDA's memory pool",
    movedBytes,
    movedBytes >= MEBIBYTE,
    'it holds at least what was asked for',
  );
}

function booksFinding(id: string, allocator: string, movedBytes: number, right: boolean, rule: string): Finding {
  const fact = `A tensor of 1 MiB moves ${allocator} by ${movedBytes} B`;
  if (right) return ok(id, `${fact} (${rule}).`);
  return warning(id, {
    fact: `${fact}; ${rule}.`,
    cause: 'Something else allocates meanwhile, or this is not the allocator that was asked for.',
    remedy: 'Do not trust the ledger `allocated` here; the others do not depend on it.',
  });
}

type Answered = Extract<Moved, { movedBytes: number }>;

function movedOf(
  id: string,
  started: Started,
  device: 'cpu' | 'gpu',
  choose: (facts: Extract<Started, { facts: unknown }>['facts']) => Moved,
): Answered | Finding {
  if ('reason' in started) return skipped(id, started.reason);
  if ('failure' in started) return skipped(id, 'TensorFlow did not start');
  if (started.facts.device !== device) return skipped(id, `TensorFlow does not use the ${device}`);
  const moved = choose(started.facts);
  if ('movedBytes' in moved) return moved;
  return warning(id, {
    fact: `The books cannot be read: ${moved.reason}.`,
    remedy:
      id === 'memory-pool'
        ? 'Only `cuda_malloc_async` has this second witness.'
        : 'Run `memproof setup`, which builds their reader.',
  });
}
