/** argv → a verb → an exit code. Each verb lives in a file of its own and is loaded only when it is called. */
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import yargs from 'yargs';
import { EXIT, type ExitCode, fail, type MemproofError, toMemproofError } from '../errors.ts';
import { auditFormatOption, breakdownOptions, formatOption, showOption } from './formats.ts';
import {
  csvOption,
  deployOption,
  deviceOption,
  estimatorOption,
  mapOption,
  outputOptions,
  selectionOptions,
  setupOptions,
} from './options.ts';
import { coloursFor, print, tellError } from './terminal.ts';

const EPILOGUE = `Exit codes: 0 ok · 1 check: accuracy other than committed · 2 usage or configuration
3 environment not fit · 4 incomplete (a configuration failed, or nothing was compared) · 5 internal · 130 interrupted
The product is on stdout, the story on stderr. Files are in bytes.`;

const RECORD_FILES = {
  type: 'string',
  array: true,
  demandOption: true,
  describe:
    'records.jsonl files, folders that have one, report.html files, or .csv tables of other frameworks with a map; several are read as one',
} as const;

const LIST_CHOICES = ['estimators', 'quantities', 'ledgers', 'presets', 'sweeps', 'columns'] as const;

/** Runs the command line and returns the exit code; nothing here ends the process. */
export async function main(argv: readonly string[]): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.ok;
  const finish = (code: ExitCode): void => {
    exitCode = code;
  };
  const output = {
    type: 'string',
    alias: 'o',
    requiresArg: true,
    describe: 'Folder for records and reports',
    group: 'Output:',
  } as const;
  const parser = yargs([...argv])
    .scriptName('memproof')
    .usage(
      '$0 VERB\n\nMeasures what transformer layers cost in memory on TensorFlow, and judges the formulas that predict it.',
    )
    .example('$0 run quickstart', 'measure ten small configurations and compare them with every formula')
    .example(
      '$0 run --preset gpt2-small --set batch.size=1 --set batch.sequenceLength=64,128',
      'measure two of your own',
    )
    .example('$0 estimate --preset gpt2-small --set batch.size=12', 'what each formula says, without measuring')
    .example(
      '$0 check results/baselines/cpu/quickstart.jsonl',
      'does every formula err as it did when that was committed?',
    )
    .command(
      'run [sweep]',
      'Measure every configuration of a sweep (or of the flags), then judge and report',
      (y) =>
        y
          .positional('sweep', {
            type: 'string',
            describe:
              'A sweep of `list sweeps`, the path of a sweep file, or records.jsonl or report.html to measure the same again',
          })
          .options({
            ...selectionOptions,
            ...estimatorOption,
            output,
            ...formatOption,
            ...showOption,
            ...breakdownOptions,
            ...outputOptions,
          })
          .option('repeats', {
            type: 'number',
            default: 3,
            describe: 'Measured steps after two warm-up steps',
            coerce: positiveInteger('repeats'),
          })
          .option('timeout', {
            type: 'number',
            default: 0,
            describe: 'Seconds that one process may take; 0 for ever',
            coerce: timeoutSeconds,
          })
          .option('jobs', {
            type: 'number',
            default: 1,
            describe: 'Configurations measured at once; beside others bytes alone, no step times',
            coerce: positiveInteger('jobs'),
          })
          .option('timeline', {
            type: 'boolean',
            default: false,
            describe: 'Keep every allocation of the first measured step, in timelines/',
          })
          .option('dry-run', { type: 'boolean', default: false, describe: 'List what would be measured' }),
      async (args) =>
        finish(await (await import('./commands/run.ts')).run({ ...args, colours: coloursFor(args.color) })),
    )
    .command(
      'report <files..>',
      'Judge record files and render them; no device',
      (y) =>
        y.positional('files', RECORD_FILES).options({
          ...mapOption,
          ...estimatorOption,
          output,
          ...formatOption,
          ...showOption,
          ...breakdownOptions,
          ...outputOptions,
        }),
      async (args) =>
        finish(await (await import('./commands/report.ts')).report({ ...args, colours: coloursFor(args.color) })),
    )
    .command(
      'check <files..>',
      'Compare the accuracy of record files with a committed accuracy file',
      (y) =>
        y
          .positional('files', RECORD_FILES)
          .option('baseline', {
            type: 'string',
            requiresArg: true,
            describe: 'The accuracy file',
            defaultDescription: 'FILE.accuracy.json beside FILE.jsonl or FILE.csv',
          })
          .option('update', {
            type: 'boolean',
            default: false,
            describe:
              'Write the accuracy file anew and print its diff; only if nothing is worse or gone, and never in CI',
          })
          .option('accept-worse', {
            type: 'boolean',
            default: false,
            describe: 'With --update: write it although rows are worse or gone',
          })
          .option('cross-device', {
            type: 'boolean',
            default: false,
            describe: 'Compare although another device or TensorFlow measured than the file was committed for',
          })
          .option('benchmark', {
            type: 'string',
            requiresArg: true,
            describe: 'Write median errors as JSON for github-action-benchmark (customSmallerIsBetter)',
          })
          .options({ ...mapOption, ...estimatorOption, ...outputOptions }),
      async (args) => finish(await (await import('./commands/check.ts')).check(args)),
    )
    .command(
      'estimate',
      'What every formula predicts for one configuration; no device',
      (y) => y.options({ ...selectionOptions, ...estimatorOption, ...deployOption, ...outputOptions, csv: csvOption }),
      async (args) => finish(await (await import('./commands/estimate.ts')).estimate(args)),
    )
    .command(
      'limit',
      'The largest batch, sequence or depth that fits into a memory, by every formula',
      (y) =>
        y.options({
          ...selectionOptions,
          ...estimatorOption,
          memory: {
            type: 'string',
            requiresArg: true,
            demandOption: true,
            describe: 'What the step has to fit into, as 24GiB or 512MiB',
            group: 'Configuration:',
          },
          vary: {
            type: 'string',
            requiresArg: true,
            default: 'batch.size',
            describe: 'The key to vary: batch.size, batch.sequenceLength or model.layers',
            group: 'Configuration:',
          },
          bisect: {
            type: 'boolean',
            default: false,
            describe: 'Also find what really fits, by running it under such a limit',
          },
          output,
          ...outputOptions,
          csv: { ...csvOption, describe: 'CSV on stdout: one row per formula' },
        }),
      async (args) => finish(await (await import('./commands/limit.ts')).limit(args)),
    )
    .command(
      'audit',
      "The article's claims one by one: printed, derived, measured; no device",
      (y) =>
        y
          .option('records', {
            type: 'string',
            array: true,
            requiresArg: true,
            default: [] as string[],
            defaultDescription: 'none: nothing is measured',
            describe:
              'records.jsonl files, or folders that have one, that say what was measured; several are read as one',
          })
          .options({ output, ...auditFormatOption, ...outputOptions }),
      async (args) =>
        finish(await (await import('./commands/audit.ts')).audit({ ...args, colours: coloursFor(args.color) })),
    )
    .command(
      'list <what>',
      'What there is',
      (y) => y.positional('what', { choices: LIST_CHOICES, demandOption: true }).options(outputOptions),
      async (args) => finish(await (await import('./commands/list.ts')).list(args)),
    )
    .command(
      'setup',
      'Fetch and build the TensorFlow runtime',
      (y) => y.options({ device: deviceOption, ...setupOptions, ...outputOptions }),
      async (args) => finish(await (await import('./commands/setup.ts')).setup(args)),
    )
    .command(
      'doctor',
      'Say whether this machine is fit, and why not',
      (y) => y.options({ device: deviceOption, ...outputOptions }),
      async (args) =>
        finish(await (await import('./commands/doctor.ts')).doctor({ ...args, colours: coloursFor(args.color) })),
    )
    .middleware(refuseRepeated, true)
    .demandCommand(1, 'Name a verb.')
    .strict()
    .help()
    .alias('help', 'h')
    .version()
    .epilogue(EPILOGUE)
    .wrap(100)
    .exitProcess(false)
    .fail((message, error) => {
      // Thrown, or yargs would run the verb after reporting a wrong flag. What yargs itself finds is a YError, or a message without error.
      throw error === undefined || error.name === 'YError'
        ? fail('E_USAGE', { detail: error?.message ?? message })
        : error;
    });
  try {
    await parser.parseAsync();
    return exitCode;
  } catch (error) {
    return explain(toMemproofError(error), argv);
  }
}

function explain(error: MemproofError, argv: readonly string[]): ExitCode {
  const verbose = argv.includes('-v') || argv.includes('--verbose');
  if (argv.includes('--json')) print(`${JSON.stringify({ error })}\n`);
  tellError(error);
  if (verbose) process.stderr.write(`${error.cause instanceof Error ? error.cause.stack : error.stack}\n`);
  return error.exitCode;
}

const positiveInteger =
  (name: string) =>
  (value: number): number => {
    if (Number.isSafeInteger(value) && value > 0) return value;
    throw fail('E_USAGE', { detail: `--${name} wants a whole number above 0.` });
  };

/** Node's timers count milliseconds in 31 bits; a longer one would end at once. */
const LONGEST_TIMEOUT_SECONDS = Math.floor((2 ** 31 - 1) / 1000);

function timeoutSeconds(value: number): number {
  if (Number.isFinite(value) && value >= 0 && value <= LONGEST_TIMEOUT_SECONDS) return value;
  throw fail('E_USAGE', { detail: `--timeout wants seconds from 0 to ${LONGEST_TIMEOUT_SECONDS}.` });
}

/** An option that takes one value and got several: which of them was meant, nobody can tell. */
function refuseRepeated(args: Record<string, unknown>): void {
  const single = [
    'preset',
    'hf-config',
    'config',
    'device',
    'backend',
    'output',
    'baseline',
    'map',
    'memory',
    'vary',
    'benchmark',
    'unit',
    'ledger',
    'from',
    'download',
    'tensorflow',
    'remove',
  ];
  const repeated = single.find((name) => Array.isArray(args[name]));
  if (repeated !== undefined) throw fail('E_USAGE', { detail: `--${repeated} is given more than once.` });
}

const startedDirectly =
  process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url);
if (startedDirectly) process.exitCode = await main(process.argv.slice(2));
