/** An external record by hand: small, complete and valid. */
import { configId } from '../../src/config/configId.ts';
import type { ExternalRecord } from '../../src/records/external.ts';
import { exampleConfig } from './exampleRecord.ts';

export function externalRecord(more: Partial<ExternalRecord> = {}): ExternalRecord {
  const configuration = more.configuration ?? exampleConfig({ runtime: { backend: 'external' } });
  return {
    outcome: 'external',
    version: 1,
    configId: configId(configuration),
    configuration,
    framework: { name: 'PyTorch', version: '2.15.0' },
    device: { label: 'H100', evidence: 'measured' },
    conditions: {},
    provenance: { citation: 'by hand', file: 'my.csv', line: 2 },
    readings: [{ quantity: 'step-peak', ledger: 'buffers', bytes: 1000 }],
    ...more,
  };
}
