/** `memproof setup`: fetch and build the TensorFlow runtime, or take it away; does nothing twice. */
import { resolve } from 'node:path';
import { EXIT, type ExitCode, fail } from '../../errors.ts';
import {
  chooseDevice,
  chooseWheel,
  type DeviceChoice,
  passedOverGpu,
  selectedVersion,
  selectVersion,
  wheelOf,
} from '../../runtime/choice.ts';
import { setUpRuntime } from '../../runtime/setup/index.ts';
import { keepWheels, setupFlags } from '../../runtime/setup/obtain.ts';
import { megabytes } from '../../runtime/setup/prerequisites.ts';
import { type Removal, removeRuntime } from '../../runtime/setup/remove.ts';
import type { Wheel } from '../../runtime/setup/wheel.ts';
import { requireWritableFolder } from '../files.ts';
import { interruptible } from '../interrupt.ts';
import { type Story, story } from '../progress.ts';
import { print } from '../terminal.ts';

export interface SetupFlags {
  readonly device?: DeviceChoice | undefined;
  readonly tensorflow?: string | undefined;
  readonly from?: string | undefined;
  readonly download?: string | undefined;
  readonly remove?: Removal | undefined;
  readonly json: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
}

export async function setup(flags: SetupFlags): Promise<ExitCode> {
  const tell = story(flags);
  refuseContradictions(flags);
  if (flags.remove !== undefined) return remove(flags.remove, flags, tell);
  const choice = flags.device ?? 'auto';
  const version = flags.tensorflow ?? selectedVersion();
  const wheel = wantedWheel(choice, version);
  const passedOver = passedOverGpu(choice, version);
  if (passedOver !== null) tell.say(passedOver);
  if (flags.download !== undefined) return download(flags.download, wheel, flags, tell);

  const from = flags.from === undefined ? undefined : resolve(flags.from);
  const installation = await interruptible((abort) => setUpRuntime({ say: tell.say, abort, wheel, from }));
  if (flags.tensorflow !== undefined) selectVersion(version); // not before it works
  const { tensorflowVersion, build, folder } = installation;
  if (flags.json) print(`${JSON.stringify(installation)}\n`);
  tell.say(`TensorFlow ${tensorflowVersion} (${build}) is ready in ${folder}`);
  return EXIT.ok;
}

/** Asked for by name, the CPU gets a build of its own even where a GPU build is there. */
const wantedWheel = (choice: DeviceChoice, version: string): Wheel =>
  choice === 'cpu' ? wheelOf('cpu', version) : chooseWheel(chooseDevice(choice, version), version);

function refuseContradictions({ from, download, remove, device, tensorflow }: SetupFlags): void {
  if (from !== undefined && download !== undefined) throw fail('E_USAGE', { detail: 'Give --from or --download.' });
  const others = [device, tensorflow, from, download].some((value) => value !== undefined);
  if (remove !== undefined && others) throw fail('E_USAGE', { detail: '--remove stands alone.' });
}

/** For a machine without network: `setup --from DIR` there. */
async function download(folder: string, wheel: Wheel, { json }: SetupFlags, { say }: Story): Promise<ExitCode> {
  requireWritableFolder(folder);
  const wheels = await interruptible((abort) => keepWheels(wheel, resolve(folder), { say, abort }));
  if (json) print(`${JSON.stringify(wheels)}\n`);
  say(`bring ${folder} to the machine without network and run: memproof setup ${setupFlags(wheel)} --from ${folder}`);
  return EXIT.ok;
}

function remove(which: Removal, { json }: SetupFlags, { say }: Story): ExitCode {
  const removed = removeRuntime(which);
  if (json) print(`${JSON.stringify(removed)}\n`);
  for (const { folder, bytes } of removed) say(`removed ${folder} (${megabytes(bytes)})`);
  if (removed.length === 0) say('there is nothing to remove');
  return EXIT.ok;
}
