/** `memproof run [SWEEP]`: measure every configuration, then judge and report. */
import { join } from 'node:path';
import { comparedAnything, type Judgement, judge } from '../../accuracy/judge.ts';
import { configId } from '../../config/configId.ts';
import type { RunConfig } from '../../config/schema.ts';
import { EXIT, type ExitCode, fail } from '../../errors.ts';
import { type Estimator, matchOf } from '../../estimators/estimator.ts';
import { exactStepPeakBytes } from '../../estimators/exact/tfjs-closed-form.ts';
import { withGrounds } from '../../estimators/ground.ts';
import { latestRecords } from '../../records/latest.ts';
import type { MeasurementRecord } from '../../records/measurement.ts';
import { openStore } from '../../records/store.ts';
import { reportId } from '../../report/reportId.ts';
import type { ShownLedgers } from '../../report/shownLedgers.ts';
import { runSweep } from '../../runner/sweep.ts';
import { chooseDevice, passedOverGpu } from '../../runtime/choice.ts';
import type { ByteUnit } from '../../units/bytes.ts';
import { prepareRuntime, refuseUnbuildable } from '../beforeMeasuring.ts';
import { chooseEstimators, matchedEstimators } from '../estimators.ts';
import { requireWritableFolder, writeJudgement } from '../files.ts';
import { parseFormats, parseKeys, parseViews, without } from '../formats.ts';
import { judgementToGitHub } from '../githubActions.ts';
import { interruptible } from '../interrupt.ts';
import { planText } from '../planText.ts';
import { type Story, story, tellProgress } from '../progress.ts';
import { writeReportPage } from '../reportPage.ts';
import { screenText } from '../screen.ts';
import {
  loadSweep,
  resolveAll,
  type SelectionFlags,
  selectConfigs,
  selectsConfiguration,
  sweepEntries,
  sweepFile,
} from '../selection.ts';
import { type Colours, print, printText } from '../terminal.ts';
import { reportTimelines, timelineShelf } from '../timelines.ts';
import { unshownLedger } from '../unshownLedger.ts';

export interface RunFlags extends SelectionFlags {
  readonly sweep?: string | undefined;
  readonly output?: string | undefined;
  readonly repeats: number;
  readonly timeout: number;
  readonly jobs: number;
  readonly dryRun: boolean;
  readonly timeline: boolean;
  readonly format: readonly string[];
  readonly show: readonly string[];
  readonly by: readonly string[];
  readonly ledger: ShownLedgers;
  readonly estimator?: readonly string[] | undefined;
  readonly json: boolean;
  readonly unit?: ByteUnit | undefined;
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly colours: Colours;
}

export async function run(flags: RunFlags): Promise<ExitCode> {
  if (flags.sweep === undefined && !selectsConfiguration(flags)) throw fail('E_NOTHING_TO_RUN', {});
  const tell = story(flags);
  const sweep = flags.sweep === undefined ? null : loadSweep(flags.sweep, tell);
  const partials = selectConfigs(flags, tell, sweep === null ? undefined : sweepEntries(sweep));
  const estimators = await chooseEstimators(flags.estimator);
  const formats = parseFormats(flags.format);
  const by = parseKeys(flags.by);
  const views = parseViews([...flags.show, ...(flags.verbose ? ['reconciliation'] : [])]);
  if (formats.has('trace') && !flags.timeline) throw fail('E_USAGE', { detail: '--format trace needs --timeline.' });
  const asked = resolveAll(partials, chooseDevice(flags.device ?? 'auto'));
  const matched =
    flags.sweep === undefined ? [] : matchedEstimators(sweep?.matched ?? [], estimators, sweepFile(flags.sweep));
  const configs = toGrounds(asked, matched, tell);
  refuseUnbuildable(configs); // before anything slow happens
  tryFormulas(configs, estimators);
  if (flags.dryRun) return listPlan(configs, asked, matched, flags);

  const passedOver = passedOverGpu(flags.device ?? 'auto');
  if (passedOver !== null) tell.say(passedOver);
  const folder = flags.output ?? join('results', 'local', sweep?.name ?? 'configuration');
  requireWritableFolder(folder);
  const { facts, measured, stored } = await interruptible((abort) => measureAll(configs, folder, flags, tell, abort));

  const records = latestRecords([stored]); // the whole folder, so that its files describe it: as `report` would
  const judgement = judge(records, estimators, by);
  const isOnGitHub = formats.has('github') && judgementToGitHub(judgement);
  const files = writeJudgement(folder, judgement, isOnGitHub ? without(formats, 'github') : formats);
  if (formats.has('html')) files.push(await writeReportPage(folder, judgement, [join(folder, 'records.jsonl')]));
  const unshown = unshownLedger(judgement, flags.ledger);
  if (unshown !== null) tell.say(unshown);
  const alive: string[] = [];
  if (flags.timeline) {
    const show = flags.verbose && !flags.json ? (text: string) => alive.push(text) : null;
    const report = { files: [join(folder, 'records.jsonl')], records, formats, output: folder, unit: flags.unit, show };
    files.push(...reportTimelines(report, tell));
  }
  tell.say(`measured on ${facts.device.kind} (${facts.device.name}); ${summary(measured)}`);
  tell.say(`wrote ${[join(folder, 'records.jsonl'), ...files].join(', ')}`);
  if (flags.json) print(runJson(folder, measured, judgement));
  else printText(screenText(judgement, views, flags, alive));
  return exitCodeOf(measured, comparedAnything(judgement), tell);
}

/** What was asked for, and the ways from there to the grounds of the formulas that the sweep names. */
function toGrounds(asked: readonly RunConfig[], formulas: readonly Estimator[], { say }: Story): readonly RunConfig[] {
  if (formulas.length === 0) return asked;
  const configs = withGrounds(asked, formulas);
  const names = formulas.map(({ id }) => id).join(', ');
  say(`${configs.length} configurations: ${asked.length} asked for, the others on the way to the ground of ${names}`);
  return configs;
}

/** `measured` answers what was asked; `stored` is all that the folder's file holds afterwards. */
async function measureAll(
  configs: readonly RunConfig[],
  folder: string,
  flags: RunFlags,
  tell: Story,
  abort: AbortSignal,
) {
  const facts = await prepareRuntime(configs, tell, abort);
  const store = openStore(join(folder, 'records.jsonl'));
  for (const warning of store.warnings) tell.say(`warning: ${warning}`);
  const stored = [...store.records];
  const measured = await runSweep(configs, {
    facts,
    repeats: flags.repeats,
    timeoutMs: flags.timeout * 1000,
    jobs: flags.jobs,
    abort,
    earlier: store.records,
    timelines: flags.timeline ? timelineShelf(folder) : undefined,
    append: (record) => {
      store.append(record);
      stored.push(record);
    },
    onEvent: tellProgress(tell, flags.unit),
  });
  return { facts, measured, stored };
}

/** A formula of the user's that fails should do so before the measuring, not after. */
function tryFormulas(configs: readonly RunConfig[], estimators: readonly Estimator[]): void {
  for (const config of configs)
    for (const estimator of estimators) {
      matchOf(estimator, config);
      estimator.predict(config);
    }
}

/** What would be measured, with the step peak that the exact closed form expects where it can tell. */
function listPlan(
  configs: readonly RunConfig[],
  asked: readonly RunConfig[],
  matched: readonly Estimator[],
  { json, unit }: RunFlags,
): ExitCode {
  const plan = configs.map((config) => {
    return { configId: configId(config), configuration: config, expectedBytes: exactStepPeakBytes(config) };
  });
  if (json) print(`${JSON.stringify(plan)}\n`);
  else printText(planText(plan, asked, matched, unit));
  return EXIT.ok;
}

const runJson = (folder: string, measured: readonly MeasurementRecord[], judgement: Judgement): string => {
  const { records, accuracy, groupedAccuracy } = judgement;
  const document = { folder, reportId: reportId(records), outcomes: outcomes(measured), accuracy, groupedAccuracy };
  return `${JSON.stringify(document)}\n`;
};

const outcomes = (records: readonly MeasurementRecord[]) =>
  records.map((record) => ({ configId: record.configId, outcome: record.outcome }));

function summary(records: readonly MeasurementRecord[]): string {
  const counts = new Map<string, number>();
  for (const { outcome } of records) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  return [...counts].map(([outcome, count]) => `${count} ${outcome}`).join(', ');
}

function exitCodeOf(records: readonly MeasurementRecord[], compared: boolean, { say }: Story): ExitCode {
  const failed = records.filter(({ outcome }) => outcome === 'failed').length;
  if (failed > 0) say(`incomplete: ${failed} of ${records.length} configurations failed; see records.jsonl`);
  else if (!compared) say('incomplete: nothing was compared with any formula');
  return failed > 0 || !compared ? EXIT.incomplete : EXIT.ok;
}
