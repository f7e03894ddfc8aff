/**
 * The campaign: everything that is worth measuring on a device, in the order of what is learned per minute, within a bound of time. Started
 * again it adds what is missing. Started by scripts/gpu/campaign, which sees to packages and build first.
 */

import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import yargs from 'yargs';
import { comparedAnything, judge } from '../accuracy/judge.ts';
import { type ScoreboardRow, scoreboard } from '../accuracy/score.ts';
import { renewAccuracyFile } from '../cli/accuracyFiles.ts';
import { requireWritableFolder, writeWhole } from '../cli/files.ts';
import { interruptible } from '../cli/interrupt.ts';
import { type Story, story, tellProgress } from '../cli/progress.ts';
import { print, tellError } from '../cli/terminal.ts';
import { describeConfig } from '../config/describe.ts';
import { EXIT, type ExitCode, fail, toMemproofError } from '../errors.ts';
import { exactStepPeakBytes } from '../estimators/exact/tfjs-closed-form.ts';
import { ESTIMATORS } from '../estimators/index.ts';
import type { MeasurementRecord } from '../records/measurement.ts';
import { probeRuntime } from '../runner/environment.ts';
import { chooseDevice, requireGpu } from '../runtime/choice.ts';
import type { Device } from '../runtime/device.ts';
import { lastWords, runCommand } from '../runtime/setup/command.ts';
import { setUpRuntime } from '../runtime/setup/index.ts';
import { findBoundary, isFound } from './boundary.ts';
import { Clock, withDeadline } from './clock.ts';
import { type Measuring, measurer } from './measureStage.ts';
import { ALLOCATORS, boundaryConfiguration, type MeasuringStage, measuringStages } from './plan.ts';
import { type CampaignOutcome, campaignReport, type StageOutcome } from './report.ts';
import { deviceSlug } from './slug.ts';
import { faults, type Smoke, smoke } from './smoke.ts';

export interface CampaignFlags {
  readonly device: 'auto' | 'cpu' | 'gpu';
  readonly minutes: number;
  readonly output?: string | undefined;
}

export async function main(argv: readonly string[]): Promise<ExitCode> {
  try {
    const flags = parse(argv);
    return flags === null ? EXIT.ok : await interruptible((abort) => campaign(flags, abort));
  } catch (error) {
    const known = toMemproofError(error);
    tellError(known);
    return known.exitCode;
  }
}

/** Null where help or the version was asked for, and is printed. */
function parse(argv: readonly string[]): CampaignFlags | null {
  const flags = yargs([...argv])
    .scriptName('campaign')
    .usage('$0\n\nMeasures what is worth measuring on a device, within so many minutes. Run it again for the rest.')
    .options({
      device: { choices: ['gpu', 'cpu', 'auto'] as const, default: 'gpu' as const, describe: 'What to measure on' },
      minutes: { type: 'number', default: 8, describe: 'The time it may take, set-up included' },
      output: {
        ...{ type: 'string', alias: 'o', requiresArg: true, describe: 'Folder for records and report' },
        defaultDescription: 'results/baselines/<device>',
      },
    } as const)
    .strict()
    .exitProcess(false)
    .fail((message, error) => {
      throw fail('E_USAGE', { detail: error?.message ?? message });
    })
    .check(({ minutes }) => {
      if (minutes > 0) return true;
      throw new Error('--minutes wants a number above 0.');
    })
    .parseSync();
  return 'help' in flags || 'version' in flags ? null : flags;
}

async function campaign(flags: CampaignFlags, abort: AbortSignal): Promise<ExitCode> {
  const tell = story({ quiet: false, verbose: false });
  const clock = new Clock(flags.minutes, 0); // from the start of the process: packages and build count too
  const device = chooseDevice(flags.device);
  if (device === 'gpu') requireGpu();
  const { doctor, smokes, used, facts } = await prepare(device, clock, abort, tell);

  const folder = flags.output ?? join('results', 'baselines', deviceSlug(used));
  requireWritableFolder(folder);
  writeWhole(folder, 'doctor.json', `${JSON.stringify(doctor.document, null, 2)}\n`);
  writeWhole(folder, 'smoke.json', `${JSON.stringify(smokes, null, 2)}\n`);
  const measuring: Measuring = {
    facts,
    folder,
    clock,
    abort,
    say: tell.say,
    onEvent: tellProgress(tell),
  };

  const { bytes, times } = measuringStages(device);
  const stages: StageOutcome[] = [];
  let boundary: CampaignOutcome['boundary'] = null;
  const finish = () => {
    const missing = missingOf([...bytes, times], stages, boundary);
    const environment = environmentOf(stages);
    const report = campaignReport({
      ...{ environment, headline: doctor.headline, device: used, smokes, stages, boundary, missing },
    });
    tell.say(`wrote ${writeWhole(folder, 'report.md', report)}`);
    return { report, missing };
  };
  try {
    for (const stage of bytes) await measureStage(stage, measuring, stages);
    boundary = await searchBoundary(device, measuring);
    await measureStage(times, measuring, stages);
  } catch (error) {
    finish(); // what was measured is worth a report
    throw error;
  }
  const { report, missing } = finish();
  print(report);
  const failed = stages.some(({ records }) => records.some((record) => record.outcome === 'failed'));
  return missing.length > 0 || failed ? EXIT.incomplete : EXIT.ok;
}

/** Set up, fit, and right: within the time as well. Throws E_TIME_OVER, or what is wrong. */
async function prepare(device: Device['kind'], clock: Clock, abort: AbortSignal, { say }: Story) {
  const deadline = withDeadline(abort, clock);
  try {
    await setUpRuntime({ say, abort: deadline, device });
    const doctor = await askDoctor(device, deadline);
    say(`doctor: ${doctor.headline}`);
    const smokes: Smoke[] = [];
    for (const allocator of ALLOCATORS[device]) smokes.push(await smoke(device, allocator, deadline));
    const used = requireRight(device, smokes);
    say(`all known answers are right on ${device} (${used.name})`);
    return { doctor, smokes, used, facts: await probeRuntime('tensorflow', device, deadline) };
  } catch (error) {
    if (deadline.aborted && !abort.aborted) throw fail('E_TIME_OVER', {}, error);
    throw error;
  }
}

/** Whatever a device measures that computes wrong, nobody should believe it. */
function requireRight(wanted: Device['kind'], smokes: readonly Smoke[]): Device {
  const devices = smokes.map(({ device }) => device);
  for (const { kind } of devices) if (kind !== wanted) throw fail('E_DEVICE_NOT_USED', { wanted, used: kind });
  const wrong = smokes.flatMap(faults);
  const [device] = devices;
  if (device === undefined || wrong.length > 0) throw fail('E_WRONG_ANSWERS', { detail: wrong.join('\n') });
  return device;
}

/** Adds its outcome to `stages` at once, so that a report has it however the stage ends. */
async function measureStage(stage: MeasuringStage, measuring: Measuring, stages: StageOutcome[]): Promise<void> {
  const { name, configs, repeats, guessMs, purpose } = stage;
  const { folder, say } = measuring;
  const measure = measurer(name, repeats, guessMs, measuring);
  const records: MeasurementRecord[] = [];
  const scores: ScoreboardRow[] = [];
  stages.push({ name, purpose, planned: configs.length, records, scores });
  for (const [index, config] of configs.entries()) {
    const record = await measure(config, { index, total: configs.length });
    if (record !== null) records.push(record);
  }
  say(`${name}: ${records.length} of ${configs.length}`);
  if (purpose === 'times') return;
  const judgement = judge(records, ESTIMATORS);
  if (!comparedAnything(judgement)) return;
  scores.push(...scoreboard(judgement.comparisons));
  renewAccuracyFile(join(folder, `${name}.jsonl`), story({ quiet: true, verbose: false }));
}

async function searchBoundary(
  device: 'cpu' | 'gpu',
  measuring: Measuring,
): Promise<NonNullable<CampaignOutcome['boundary']>> {
  const config = boundaryConfiguration(device);
  const outOfMemoryMs = 15_000;
  const boundary = await findBoundary(config, measurer('limit', 1, outOfMemoryMs, measuring));
  return { ...boundary, configuration: describeConfig(config), expectedBytes: exactStepPeakBytes(config) };
}

function missingOf(
  plan: readonly MeasuringStage[],
  stages: readonly StageOutcome[],
  boundary: CampaignOutcome['boundary'],
): string[] {
  const unmeasured = plan.flatMap(({ name, configs }) => {
    const done = stages.find((stage) => stage.name === name)?.records.length ?? 0;
    return done === configs.length ? [] : [`${name}: ${configs.length - done} of ${configs.length} configurations`];
  });
  const searched = boundary !== null && (isFound(boundary) || boundary.fitsMiB === 1);
  return searched ? unmeasured : [...unmeasured, 'the smallest memory limit'];
}

const environmentOf = (stages: readonly StageOutcome[]): CampaignOutcome['environment'] =>
  stages.flatMap(({ records }) => records)[0]?.environment ?? null;

interface DoctorDocument {
  readonly headline?: string;
  readonly findings?: readonly { readonly status: string; readonly fact: string; readonly remedy: string | null }[];
}

/** Empty if the doctor died before it had said all. */
function parseDocument(text: string): DoctorDocument {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

/** In a process of its own, as a user would ask it. Throws E_UNFIT with the first fatal finding. */
async function askDoctor(
  device: Device['kind'],
  abort: AbortSignal,
): Promise<{ readonly headline: string; readonly document: DoctorDocument }> {
  const command = fileURLToPath(new URL('../cli/main.js', import.meta.url));
  const outcome = await runCommand(process.execPath, [command, 'doctor', '--device', device, '--json'], { abort });
  const document = parseDocument(outcome.stdout);
  if (outcome.status === EXIT.ok) return { headline: document.headline ?? '', document };
  const fatal = document.findings?.find(({ status }) => status === 'fatal');
  throw fail('E_UNFIT', {
    device,
    fact: fatal?.fact ?? lastWords(outcome, 3),
    remedy: fatal?.remedy ?? 'Run `memproof doctor`.',
  });
}
