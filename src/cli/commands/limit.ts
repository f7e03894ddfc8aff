/** `memproof limit`: the largest batch, sequence or number of layers within a memory, by each formula and, with `--bisect`, really. */
import { join } from 'node:path';
import type { PartialConfig, RunConfig } from '../../config/schema.ts';
import { EXIT, type ExitCode, fail } from '../../errors.ts';
import { judgedByRunning, type LimitAnswer, limitsOf } from '../../limit/answer.ts';
import { type Axis, axisOf, LIMIT_KEYS, type LimitKey } from '../../limit/axis.ts';
import { type Measure, withinMiB } from '../../limit/fitsWithin.ts';
import { openStore } from '../../records/store.ts';
import { limitsCsv } from '../../report/limitsCsv.ts';
import { runSweep } from '../../runner/sweep.ts';
import { chooseDevice, passedOverGpu } from '../../runtime/choice.ts';
import { BYTE_UNITS, type Bytes, type ByteUnit, MEBIBYTE_BYTES, parseBytes } from '../../units/bytes.ts';
import { prepareRuntime, refuseUnbuildable } from '../beforeMeasuring.ts';
import { chooseEstimators } from '../estimators.ts';
import { requireWritableFolder } from '../files.ts';
import { interruptible } from '../interrupt.ts';
import { limitText } from '../limitText.ts';
import { type Story, story, tellProgress } from '../progress.ts';
import { type SelectionFlags, selectConfigs } from '../selection.ts';
import { print, printText, requireOneProduct } from '../terminal.ts';

export interface LimitFlags extends SelectionFlags {
  readonly memory: string;
  readonly vary: string;
  readonly bisect: boolean;
  readonly output?: string | undefined;
  readonly estimator?: readonly string[] | undefined;
  readonly json: boolean;
  readonly csv: boolean;
  readonly unit?: ByteUnit | undefined;
  readonly quiet: boolean;
  readonly verbose: boolean;
}

export async function limit(flags: LimitFlags): Promise<ExitCode> {
  requireOneProduct(flags);
  if (flags.output !== undefined && !flags.bisect)
    throw fail('E_USAGE', { detail: '-o is for the records of --bisect; without it nothing is measured.' });
  const memoryBytes = memoryOf(flags);
  const key = limitKey(flags.vary);
  const tell = story(flags);
  const estimators = await chooseEstimators(flags.estimator);
  const device = flags.bisect ? chooseDevice(flags.device ?? 'auto') : 'cpu';
  const axes = selectConfigs(flags, tell).map((partial: PartialConfig) => axisOf(partial, key, device));
  if (flags.bisect) requireLimitable(axes, memoryBytes);
  const predicted: LimitAnswer[] = [];
  for (const axis of axes) predicted.push(await limitsOf(axis, memoryBytes, estimators));
  const answers = flags.bisect ? await bisect(predicted, axes, flags, tell) : predicted;
  if (flags.json) print(`${JSON.stringify(answers.length === 1 ? answers[0] : answers, null, 2)}\n`);
  else if (flags.csv) print(limitsCsv(answers));
  else printText(answers.map((answer) => limitText(answer, flags.unit)).join('\n'));
  return answers.some(({ truth }) => truth != null && truth.failure !== null) ? EXIT.incomplete : EXIT.ok;
}

function memoryOf({ memory, bisect: isReal }: LimitFlags): Bytes {
  const parsed = parseBytes(memory);
  if (parsed === null || parsed === 0) {
    const detail = `--memory wants a size above 0 in ${BYTE_UNITS.join(', ')}, as 24GiB or 512MiB; got "${memory}".`;
    throw fail('E_USAGE', { detail });
  }
  if (isReal && parsed % MEBIBYTE_BYTES !== 0)
    throw fail('E_USAGE', { detail: `--bisect wants whole MiB, as TensorFlow's limit has; got "${memory}".` });
  return parsed;
}

function limitKey(name: string): LimitKey {
  const key = LIMIT_KEYS.find((each) => each === name);
  if (key !== undefined) return key;
  throw fail('E_UNKNOWN_NAME', { kind: 'key to vary', name, known: LIMIT_KEYS.join(', ') });
}

/** Before anything slow happens: can it be built, and would TensorFlow hear of a limit? */
function requireLimitable(axes: readonly Axis[], memoryBytes: number): void {
  const configs = smallestOf(axes);
  if (configs.some(({ runtime }) => runtime.backend === 'javascript'))
    throw fail('E_USAGE', { detail: '--bisect needs --backend tensorflow: the javascript backend has no limit.' });
  refuseUnbuildable(configs.map((config) => withinMiB(config, memoryBytes / MEBIBYTE_BYTES)));
}

const smallestOf = (axes: readonly Axis[]): RunConfig[] => axes.map(({ at, stride }) => at(stride));

async function bisect(
  predicted: readonly LimitAnswer[],
  axes: readonly Axis[],
  flags: LimitFlags,
  tell: Story,
): Promise<LimitAnswer[]> {
  const folder = flags.output ?? join('results', 'local', 'limit');
  requireWritableFolder(folder);
  const passedOver = passedOverGpu(flags.device ?? 'auto');
  if (passedOver !== null) tell.say(passedOver);
  return interruptible(async (abort) => {
    const measure = await measureInto(folder, smallestOf(axes), flags, tell, abort);
    const answers: LimitAnswer[] = [];
    for (const [index, axis] of axes.entries()) {
      const answer = predicted[index];
      if (answer === undefined) continue;
      const judged = await judgedByRunning(answer, axis, measure, (guess) => {
        if (guess === null) tell.say(`searching ${axis.key} from ${axis.stride}: no exact formula speaks of this step`);
        else
          tell.say(`searching ${axis.key} from ${guess.value ?? axis.stride}, where ${guess.estimator} has the limit`);
      });
      answers.push(judged);
    }
    tell.say(`wrote ${join(folder, 'records.jsonl')}`);
    return answers;
  });
}

/** What the folder's file has is not measured again. */
async function measureInto(
  folder: string,
  configs: readonly RunConfig[],
  flags: LimitFlags,
  tell: Story,
  abort: AbortSignal,
): Promise<Measure> {
  const facts = await prepareRuntime(configs, tell, abort);
  const store = openStore(join(folder, 'records.jsonl'));
  for (const warning of store.warnings) tell.say(`warning: ${warning}`);
  const earlier = [...store.records];
  const progress = tellProgress(tell, flags.unit);
  return async (config) => {
    const [record] = await runSweep([config], {
      ...{ facts, repeats: 1, timeoutMs: 0, abort, earlier },
      append: (measured) => {
        store.append(measured);
        earlier.push(measured);
      },
      onEvent: (event) => {
        if (event.kind !== 'planned') progress(event); // the plan of a sweep has one configuration each time
      },
    });
    return record ?? null;
  };
}
