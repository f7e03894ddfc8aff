/** Every error a user can meet: code → what happened, what to do about it, and the exit code it leads to. */

export const EXIT = {
  ok: 0,
  /** `check` only: accuracy other than committed, for better or for worse; or an update that was not written. */
  inaccurate: 1,
  /** Usage or configuration error. */
  usage: 2,
  /** The environment is not fit: asked-for device not used, library missing. */
  environment: 3,
  /** A configuration failed, or nothing was compared. */
  incomplete: 4,
  internal: 5,
  interrupted: 130,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

interface Entry {
  readonly exit: ExitCode;
  /** The fact, in one sentence. `{name}` is replaced by the parameter of that name. */
  readonly message: string;
  readonly remedy: string;
}

const WITHOUT_TENSORFLOW =
  'Without TensorFlow these work: `estimate`, `limit`, `report`, `check`, `audit`, `list`, `run --backend javascript`.';

export const CATALOGUE = {
  E_USAGE: { exit: 2, message: '{detail}', remedy: 'See `memproof --help`, or `memproof VERB --help`.' },
  E_NOTHING_TO_RUN: {
    exit: 2,
    message: '`run` was given neither a sweep nor a configuration.',
    remedy: 'Name a sweep (`memproof list sweeps`), or give --preset, --config or --set.',
  },
  E_CONFIG: {
    exit: 2,
    message: 'The configuration is not valid{where}:\n{detail}',
    remedy: 'Mend the keys named above.',
  },
  E_SWEEP: { exit: 2, message: 'The sweep {file} is not valid:\n{detail}', remedy: 'Mend the keys named above.' },
  E_UNKNOWN_NAME: {
    exit: 2,
    message: 'There is no {kind} named "{name}".',
    remedy: 'Known: {known}.',
  },
  E_NOT_JSON: {
    exit: 2,
    message: '{file} is not JSON: {detail}',
    remedy: 'Mend the file; a JSON linter shows the place.',
  },
  E_FILE_UNREADABLE: {
    exit: 2,
    message: 'Cannot read {file}: {detail}',
    remedy: 'Check the path and its permissions.',
  },
  E_HUGGING_FACE: {
    exit: 2,
    message: 'The Hugging Face configuration {file} cannot be read as a model of the family:\n{detail}',
    remedy: 'Mend the keys named above, or write the model as a configuration of its own and give it with --config.',
  },
  E_ESTIMATOR: {
    exit: 2,
    message: '{file} is not a formula set:\n{detail}',
    remedy: 'Mend what is named above; docs/own-formula.md has a whole one.',
  },
  E_ESTIMATOR_ANSWER: {
    exit: 2,
    message: 'The formula set "{id}" of {file} gave no answer that can be used:\n{detail}',
    remedy:
      'Mend it; where it has nothing to say it answers `unsupported` with a reason. -v shows the stack of an exception.',
  },
  E_OUTPUT_UNWRITABLE: {
    exit: 2,
    message: 'Cannot write into {folder}: {detail}',
    remedy: 'Choose another folder with -o DIR, or mend its permissions.',
  },
  E_NOT_BUILDABLE: {
    exit: 2,
    message: 'These values cannot be built, so they cannot be measured:\n{detail}',
    remedy: 'Change the keys named above. `memproof estimate` answers for the whole schema.',
  },
  E_RECORDS: {
    exit: 2,
    message: '{file}:{line} is not a measurement record: {detail}',
    remedy: 'The file was edited or is of another version. Remove that line, or measure again into a new folder.',
  },
  E_MAP: {
    exit: 2,
    message: 'The map {file} is not valid:\n{detail}',
    remedy: 'Mend the keys named above; docs/outside.md explains each and has a whole map.',
  },
  E_TABLE: {
    exit: 2,
    message: '{file}{place}: {detail}',
    remedy: 'Mend the cell, or what the map says of the column; docs/outside.md explains maps.',
  },
  E_TABLE_WITHOUT_MAP: {
    exit: 2,
    message: '{file} is a table, and nothing says what its columns mean.',
    remedy: 'Give --map map.json, or put {map} beside it; docs/outside.md has a whole map to start from.',
  },
  E_OWN_OUTPUT: {
    exit: 2,
    message: '{file} is a table that memproof wrote; records are what it reads.',
    remedy: 'Give the records.jsonl beside it, or the record files that it was made from.',
  },
  E_STORE_BUSY: {
    exit: 2,
    message: 'Another run (process {pid}) is measuring into {file}.',
    remedy: 'Wait for it, or choose another folder with -o DIR.',
  },
  E_ACCURACY_FILE: {
    exit: 2,
    message: '{file} is not an accuracy file: {detail}',
    remedy:
      'Write a new one with `memproof check RECORDS --baseline FILE --update`; in the place of one that cannot be read, add --accept-worse.',
  },
  E_ACCURACY_VERSION: {
    exit: 2,
    message: '{file} is an accuracy file of version {found}; this memproof compares version {wanted}.',
    remedy: 'Write it anew with `memproof check RECORDS --baseline FILE --update`, and review its diff.',
  },
  E_UPDATE_IN_CI: {
    exit: 2,
    message: '`check --update` writes nothing where the variable CI is set: a gate that renews itself is none.',
    remedy: 'Run it where the diff is reviewed and committed; with CI unset if that is here.',
  },
  E_NO_BUILD: {
    exit: 2,
    message: 'TensorFlow {version} cannot be set up for a {build}.',
    remedy: 'Use another device (--device), or go back with `memproof setup --tensorflow {standard}`.',
  },
  E_PLATFORM: {
    exit: 3,
    message: 'TensorFlow is set up on Linux x86-64 only; this is {platform}-{arch}.',
    remedy: `Use a Linux x86-64 machine. ${WITHOUT_TENSORFLOW}`,
  },
  E_PYTHON_MISSING: {
    exit: 3,
    message: 'python3 with pip is needed to fetch the TensorFlow wheel: {detail}',
    remedy: `Install python3 and python3-pip, then run the command again. ${WITHOUT_TENSORFLOW}`,
  },
  E_COMPILER_MISSING: {
    exit: 3,
    message: 'A C++17 compiler is needed to build the TensorFlow addon: {detail}',
    remedy: `Install g++ (or set CXX), then run the command again. ${WITHOUT_TENSORFLOW}`,
  },
  E_ADDON_BUILD: {
    exit: 3,
    message: 'The TensorFlow addon did not compile:\n{detail}',
    remedy: `A C++17 compiler is needed (g++ 9 or newer). ${WITHOUT_TENSORFLOW}`,
  },
  E_DOWNLOAD: {
    exit: 3,
    message: 'pip could not download {what}:\n{detail}',
    remedy: `Check the network or pip's index settings (PIP_INDEX_URL, PIP_FIND_LINKS). ${WITHOUT_TENSORFLOW}`,
  },
  E_WHEELS_ABSENT: {
    exit: 3,
    message: '{folder} has not all that is needed; missing:\n{detail}',
    remedy: 'Where there is a network run `memproof setup {flags} --download DIR`, and bring DIR here.',
  },
  E_WHEEL_DAMAGED: {
    exit: 3,
    message: 'The wheel {file} is damaged: {detail}',
    remedy: 'Run the command again; if it persists, clear the cache with `python3 -m pip cache purge`.',
  },
  E_DISK: {
    exit: 3,
    message: 'Not enough disk in {folder}: {detail}',
    remedy: 'Free some space, or set MEMPROOF_RUNTIME_DIR.',
  },
  E_RUNTIME_UNWRITABLE: {
    exit: 3,
    message: 'Cannot write into the runtime folder {folder}: {detail}',
    remedy: 'Set MEMPROOF_RUNTIME_DIR to a folder you may write to.',
  },
  E_LOG_FILE: {
    exit: 3,
    message: 'Cannot make a temporary file for the allocation log in {folder}: {detail}',
    remedy: 'Set TMPDIR to a folder with space that can be written to.',
  },
  E_RUNTIME_MISSING: {
    exit: 3,
    message: 'TensorFlow {version} ({build}) is not set up in {folder}.',
    remedy: `Run \`memproof setup --device {build}\`. ${WITHOUT_TENSORFLOW}`,
  },
  E_RUNTIME_LOAD: {
    exit: 3,
    message: 'TensorFlow did not load: {detail}',
    remedy: `Run \`memproof doctor\` for the cause. ${WITHOUT_TENSORFLOW}`,
  },
  E_UNFIT: {
    exit: 3,
    message: 'This machine is not fit to measure on its {device}: {fact}',
    remedy: '{remedy}',
  },
  E_WRONG_ANSWERS: {
    exit: 3,
    message: 'The device computes wrong answers, so nothing is measured on it:\n{detail}',
    remedy: 'Look at smoke tests of the driver and the card; `memproof doctor` says which libraries are used.',
  },
  E_TIME_OVER: {
    exit: 4,
    message: 'The time was over before anything could be measured.',
    remedy: 'Run the same command again, which goes on from here, or give it more --minutes.',
  },
  E_NO_GPU: {
    exit: 3,
    message: 'There is no GPU to measure on: {detail}.',
    remedy: 'Run `memproof doctor --device gpu`, or measure on the CPU with --device cpu.',
  },
  E_DEVICE_NOT_USED: {
    exit: 3,
    message: 'The device asked for is "{wanted}", but TensorFlow uses "{used}".',
    remedy: 'Run `memproof doctor`, or ask for the device that is there with --device {used}.',
  },
  E_OTHER_DEVICE: {
    exit: 3,
    message: 'The records were measured on {found}, {file} was committed for {committed}.',
    remedy:
      'Accuracy is kept for each device by itself: give the accuracy file of this one with --baseline, or compare all the same with --cross-device.',
  },
  E_OTHER_TENSORFLOW: {
    exit: 3,
    message: 'The records were measured {found}, {file} was committed for records measured {committed}.',
    remedy:
      'Measure with that version, give the accuracy file of this one with --baseline, or compare all the same with --cross-device.',
  },
  E_CHILD_DIED: {
    exit: 4,
    message: 'The measuring process died ({how}) in phase {phase}.{detail}',
    remedy: 'SIGKILL without an error usually means that the machine ran out of memory. Use a smaller configuration.',
  },
  E_CHILD_TIMEOUT: {
    exit: 4,
    message: 'The measuring process took longer than {seconds} s and was stopped in phase {phase}.',
    remedy: 'Use a smaller configuration, or raise --timeout.',
  },
  E_UNKNOWN_OPERATION: {
    exit: 5,
    message: 'The shapes of the operation {name} are not known without TensorFlow.',
    remedy: 'Add its rule to src/shapes/inference and a test of it.',
  },
  E_NOT_ALONE: {
    exit: 4,
    message: 'Other configurations were measured at the same time.',
    remedy: 'For times measure without --jobs.',
  },
  E_STEP_FAILED: {
    exit: 4,
    message: 'The step failed in phase {phase}: {detail}',
    remedy: 'This is a defect or a limit of the runtime; the record keeps the text.',
  },
  E_LEDGERS_DISAGREE: {
    exit: 4,
    message: 'The ledger {ledger} read {found} marks where {wanted} were expected.',
    remedy: 'Another program may write to its log; run again with -v and report it.',
  },
  E_NOTHING_COMPARED: {
    exit: 4,
    message: 'Nothing was compared: {detail}',
    remedy:
      'Give record files with `measured` records and at least one estimator that predicts one of their quantities.',
  },
  E_INTERRUPTED: {
    exit: 130,
    message: 'Interrupted; every finished measurement is kept.',
    remedy: 'Run the same command again to go on.',
  },
  E_INTERNAL: {
    exit: 5,
    message: 'Internal error: {detail}',
    remedy: 'Please report this with the output of the same command and -v.',
  },
} as const satisfies Record<string, Entry>;
