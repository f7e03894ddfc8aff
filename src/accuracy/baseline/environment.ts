/** Where the records behind an accuracy file were measured, as far as it decides bytes. */
import { fail, type MemproofError } from '../../errors.ts';
import type { RecordHead } from '../../records/latest.ts';

export interface BaselineEnvironment {
  /** `external`: others measured, on devices that the origins of the rows tell apart. */
  readonly device: 'cpu' | 'gpu' | 'external';
  /** Null for a CPU: the name of a processor decides no byte (oneDNN is off). */
  readonly deviceName: string | null;
  /** Null where none was used. */
  readonly tensorflow: string | null;
}

const EXTERNAL: BaselineEnvironment = { device: 'external', deviceName: null, tensorflow: null };

function environmentOf(record: RecordHead): BaselineEnvironment {
  if (record.outcome === 'external') return EXTERNAL;
  const { device, tensorflow } = record.environment;
  return { device: device.kind, deviceName: device.kind === 'gpu' ? device.name : null, tensorflow };
}

function deviceText({ device, deviceName }: BaselineEnvironment): string {
  if (device === 'external') return 'devices of others';
  return deviceName ?? `a ${device.toUpperCase()}`;
}

const tensorflowText = ({ tensorflow }: BaselineEnvironment): string =>
  tensorflow === null ? 'without TensorFlow' : `with TensorFlow ${tensorflow}`;

/** The one environment of all `records`. Throws E_USAGE for none and for several: a median over two devices is the accuracy of neither. */
export function requireOneEnvironment(records: readonly RecordHead[]): BaselineEnvironment {
  const environments = records.map(environmentOf);
  const [first] = environments;
  if (first === undefined) throw fail('E_USAGE', { detail: 'No record was measured.' });
  const devices = new Set(environments.map(deviceText));
  const versions = new Set(environments.map(tensorflowText));
  if (devices.size > 1) {
    throw several('devices', devices, 'each device');
  }
  if (versions.size > 1) {
    throw several('versions of TensorFlow', versions, 'each version');
  }
  return first;
}

const several = (things: string, names: ReadonlySet<string>, each: string): MemproofError =>
  fail('E_USAGE', {
    detail: `The records are of several ${things} (${[...names].join(', ')}); accuracy is kept for ${each} by itself.`,
  });

/** Why accuracy of `current` is no judgement on what was committed for `committed` in `file`; null where it is. */
export function environmentMismatch(
  current: BaselineEnvironment,
  committed: BaselineEnvironment,
  file: string,
): MemproofError | null {
  const names = (text: (environment: BaselineEnvironment) => string) => ({
    found: text(current),
    committed: text(committed),
    file,
  });
  if (deviceText(current) !== deviceText(committed)) return fail('E_OTHER_DEVICE', names(deviceText));
  if (current.tensorflow !== committed.tensorflow) return fail('E_OTHER_TENSORFLOW', names(tensorflowText));
  return null;
}
