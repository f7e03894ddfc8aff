/** Who executed a measured step: numbers of different executors are never put into one statistic. */
import type { JudgedRecord } from './judged.ts';

const OWN = 'memproof: ';

/**
 * Short text, as far as it decides bytes: `memproof: tensorflow 2.18.1 on cpu` (any CPU: oneDNN is off), `memproof: tensorflow 2.18.1 on
 * NVIDIA L4`, `memproof: javascript on cpu`. Of an external record its framework, with the version, and the device in the words of its
 * source: `PyTorch 2.15.0 on cuda-fake, simulated`.
 */
export function originOf(record: JudgedRecord): string {
  if (record.outcome === 'external') {
    const { framework, device } = record;
    const program = framework.version === null ? framework.name : `${framework.name} ${framework.version}`;
    return `${program} on ${device.label}${device.evidence === 'simulated' ? ', simulated' : ''}`;
  }
  const { device, tensorflow } = record.environment;
  const { backend } = record.configuration.runtime;
  const program = backend === 'tensorflow' && tensorflow !== null ? `${backend} ${tensorflow}` : backend;
  return `${OWN}${program} on ${device.kind === 'gpu' ? device.name : device.kind}`;
}

/** Did memproof execute it? */
export const isOwnOrigin = (origin: string): boolean => origin.startsWith(OWN);

/** Whether a table has to say who executed: where it was not memproof alone, on one device. */
export const isWorthNaming = (origins: Iterable<string>): boolean => {
  const [first, ...others] = new Set(origins);
  return others.length > 0 || (first !== undefined && !isOwnOrigin(first));
};
