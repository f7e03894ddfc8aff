/** `memproof estimate`: what every formula says about a configuration; needs no device. */
import { EXIT, type ExitCode } from '../../errors.ts';
import { parseDeployment } from '../../estimators/deployment.ts';
import { estimateAll } from '../../estimators/estimates.ts';
import { estimatesCsv } from '../../report/estimatesCsv.ts';
import type { ByteUnit } from '../../units/bytes.ts';
import { compileLess } from '../compileLess.ts';
import { estimatesText } from '../estimatesText.ts';
import { chooseEstimators } from '../estimators.ts';
import { story } from '../progress.ts';
import { resolveAll, type SelectionFlags, selectConfigs } from '../selection.ts';
import { print, printText, requireOneProduct } from '../terminal.ts';

export interface EstimateFlags extends SelectionFlags {
  readonly estimator?: readonly string[] | undefined;
  readonly deploy: readonly string[];
  readonly json: boolean;
  readonly csv: boolean;
  readonly unit?: ByteUnit | undefined;
  readonly quiet: boolean;
  readonly verbose: boolean;
}

/** More of them are long enough for compiled code to pay. */
const FEW = 3;

export async function estimate(flags: EstimateFlags): Promise<ExitCode> {
  requireOneProduct(flags);
  const deployment = parseDeployment(flags.deploy);
  const estimators = await chooseEstimators(flags.estimator);
  const configs = resolveAll(selectConfigs(flags, story(flags)), 'cpu');
  if (configs.length <= FEW && estimators.some(({ simulates }) => simulates)) compileLess();
  const answers = configs.map((config) => estimateAll(config, deployment, estimators));
  if (flags.json) print(`${JSON.stringify(answers.length === 1 ? answers[0] : answers, null, 2)}\n`);
  else if (flags.csv) print(estimatesCsv(answers));
  else printText(answers.map((answer) => estimatesText(answer, flags.unit)).join('\n'));
  return EXIT.ok;
}
