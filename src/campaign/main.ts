/**
 * The campaign: everything that is worth measuring on a device, in the order of what is learned per minute, within a bound of time. Started
 * again it adds what is missing. Started by scripts/gpu/campaign, which sees to packages and build first.
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import yargs from 'yargs';
import { scoreboard } from '../accuracy/score.ts';
import { check } from '../cli/commands/check.ts';
import { requireWritableFolder, writeWhole } from '../cli/files.ts';
import { interruptible } from '../cli/interrupt.ts';
import { judge } from '../cli/judge.ts';
import { describeConfig, story, tellProgress } from '../cli/progress.ts';
import { print } from '../cli/terminal.ts';
import { EXIT, type ExitCode, fail, toMemproofError } from '../errors.ts';
import { tfjsClosedForm } from '../estimators/exact/tfjs-closed-form.ts';
import { ESTIMATORS } from '../estimators/index.ts';
import type { MeasurementRecord } from '../records/measurement.ts';
import { probeRuntime } from '../runner/environment.ts';
import { chooseDevice, requireGpu } from '../runtime/choice.ts';
import type { Device } from '../runtime/device.ts';
import { lastWords, runCommand } from '../runtime/setup/command.ts';
import { setUpRuntime } from '../runtime/setup/index.ts';
import { findBoundary, isFound } from './boundary.ts';
import { Clock } from './clock.ts';
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
    return await interruptible((abort) => campaign(parse(argv), abort));
  } catch (error) {
    const known = toMemproofError(error);
    process.stderr.write(`memproof: ${known.code}: ${known.message}\n  → ${known.remedy}\n`);
    return known.exitCode;
  }
}

function parse(argv: readonly string[]): CampaignFlags {
  return yargs([...argv])
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
}

async function campaign(flags: CampaignFlags, abort: AbortSignal): Promise<ExitCode> {
  const tell = story({ quiet: false, verbose: false });
  const clock = new Clock(flags.minutes);
  const device = chooseDevice(flags.device);
  if (device === 'gpu') requireGpu();
  await setUpRuntime({ say: tell.say, abort, device });
  const doctor = await askDoctor(device, abort);
  tell.say(`doctor: ${doctor.headline}`);
  const smokes: Smoke[] = [];
  for (const allocator of ALLOCATORS[device]) smokes.push(await smoke(device, allocator, abort));
  const used = requireRight(device, smokes);
  tell.say(`all known answers are right on ${device} (${used.name})`);

  const folder = flags.output ?? join('results', 'baselines', deviceSlug(used));
  requireWritableFolder(folder);
  writeWhole(folder, 'doctor.json', `${JSON.stringify(doctor.document, null, 2)}\n`);
  writeWhole(folder, 'smoke.json', `${JSON.stringify(smokes, null, 2)}\n`);
  const facts = await probeRuntime('tensorflow', device, abort);
  const measuring: Measuring = {
    facts,
    folder,
    clock,
    abort,
    say: tell.say,
    onEvent: tellProgress(tell),
  };

  const stages: StageOutcome[] = [];
  let boundary: CampaignOutcome['boundary'] = null;
  const finish = (): CampaignOutcome => {
    const outcome = {
      ...{ environment: environmentOf(stages), headline: doctor.headline, device: used, smokes, stages, boundary },
      missing: missing(device, stages, boundary),
    };
    const file = writeWhole(folder, 'report.md', campaignReport(outcome));
    tell.say(`wrote ${file}`);
    return outcome;
  };
  try {
    const plan = measuringStages(device);
    for (const stage of plan.filter(({ name }) => name !== 'times')) stages.push(await measureStage(stage, measuring));
    boundary = await searchBoundary(device, measuring);
    for (const stage of plan.filter(({ name }) => name === 'times')) stages.push(await measureStage(stage, measuring));
  } catch (error) {
    finish(); // what was measured is worth a report
    throw error;
  }
  const outcome = finish();
  print(campaignReport(outcome));
  const failed = stages.some(({ records }) => records.some((record) => record.outcome === 'failed'));
  return outcome.missing.length > 0 || failed ? EXIT.incomplete : EXIT.ok;
}

/** Whatever a device measures that computes wrong, nobody should believe it. */
function requireRight(wanted: Device['kind'], smokes: readonly Smoke[]): Device {
  const [device, ...others] = smokes.map((smoked) => smoked.device);
  for (const { kind } of [device, ...others].filter((used) => used !== undefined))
    if (kind !== wanted) throw fail('E_DEVICE_NOT_USED', { wanted, used: kind });
  const wrong = smokes.flatMap(faults);
  if (device === undefined || wrong.length > 0) throw fail('E_WRONG_ANSWERS', { detail: wrong.join('\n') });
  return device;
}

async function measureStage(stage: MeasuringStage, measuring: Measuring): Promise<StageOutcome> {
  const { name, configs, repeats, guessMs } = stage;
  const { folder, say } = measuring;
  const measure = measurer(name, repeats, guessMs, measuring);
  const records: MeasurementRecord[] = [];
  for (const [index, config] of configs.entries()) {
    const record = await measure(config, { index, total: configs.length });
    if (record !== null) records.push(record);
  }
  say(`${name}: ${records.length} of ${configs.length}`);
  const judgement = judge(records, ESTIMATORS);
  const scored = name !== 'times' && judgement.accuracy.length > 0;
  if (scored) {
    const files = [join(folder, `${name}.jsonl`)];
    await check({ files, update: true, json: false, quiet: true, verbose: false });
  }
  return { name, planned: configs.length, records, scores: scored ? scoreboard(judgement.comparisons) : [] };
}

async function searchBoundary(
  device: 'cpu' | 'gpu',
  measuring: Measuring,
): Promise<NonNullable<CampaignOutcome['boundary']>> {
  const config = boundaryConfiguration(device);
  const outOfMemoryMs = 15_000;
  const boundary = await findBoundary(config, measurer('limit', 1, outOfMemoryMs, measuring));
  const peak = tfjsClosedForm.predict(config)['step-peak'];
  return {
    ...boundary,
    configuration: describeConfig(config),
    expectedBytes: peak?.kind === 'bytes' ? peak.total : null,
  };
}

function missing(
  device: 'cpu' | 'gpu',
  stages: readonly StageOutcome[],
  boundary: CampaignOutcome['boundary'],
): string[] {
  const unmeasured = measuringStages(device).flatMap(({ name, configs }) => {
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

/** In a process of its own, as a user would ask it. Throws E_UNFIT with the first fatal finding. */
async function askDoctor(
  device: Device['kind'],
  abort: AbortSignal,
): Promise<{ readonly headline: string; readonly document: DoctorDocument }> {
  const command = fileURLToPath(new URL('../cli/main.js', import.meta.url));
  const outcome = await runCommand(process.execPath, [command, 'doctor', '--device', device, '--json'], { abort });
  const document = JSON.parse(outcome.stdout || '{}') as DoctorDocument;
  if (outcome.status === EXIT.ok) return { headline: document.headline ?? '', document };
  const fatal = document.findings?.find(({ status }) => status === 'fatal');
  throw fail('E_UNFIT', {
    device,
    fact: fatal?.fact ?? lastWords(outcome, 3),
    remedy: fatal?.remedy ?? 'Run `memproof doctor`.',
  });
}
