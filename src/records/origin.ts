/** Who executed a measured step: numbers of different executors are never put into one statistic. */
import type { JudgedRecord } from './judged.ts';

/**
 * Short text. Without versions for what memproof ran: `tensorflow on cpu`, `tensorflow on gpu`, `javascript on cpu`. Of an external record
 * its framework, with the version, and the device in the words of its source: `PyTorch 2.15.0 on cuda-fake, simulated`.
 */
export function originOf(record: JudgedRecord): string {
  if (record.outcome !== 'external')
    return `${record.configuration.runtime.backend} on ${record.environment.device.kind}`;
  const { framework, device } = record;
  const program = framework.version === null ? framework.name : `${framework.name} ${framework.version}`;
  return `${program} on ${device.label}${device.evidence === 'simulated' ? ', simulated' : ''}`;
}
