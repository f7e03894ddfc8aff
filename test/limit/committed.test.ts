/** The smallest limits that were found by running out of memory below them, and what the allocator model says of every probe. */
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadSweep, resolveAll, sweepEntries } from '../../src/cli/selection.ts';
import { configId } from '../../src/config/configId.ts';
import { allocatorModel } from '../../src/estimators/exact/allocator-model.ts';
import { shapeEngine } from '../../src/estimators/exact/shape-engine.ts';
import { stepPeakBytes } from '../../src/limit/truth.ts';
import type { MeasurementRecord } from '../../src/records/measurement.ts';
import { MEBIBYTE_BYTES } from '../../src/units/bytes.ts';
import { committedRecords } from '../records/committedRecords.ts';

const probes = committedRecords('limit');

/** By the configuration without its limit. */
const searches = new Map<string, MeasurementRecord[]>();
for (const probe of probes) {
  const { runtime, ...others } = probe.configuration;
  const id = configId({ ...others, runtime: { ...runtime, memoryLimitMiB: null } });
  searches.set(id, [...(searches.get(id) ?? []), probe]);
}
const limitsMiB = (search: readonly MeasurementRecord[], outcome: MeasurementRecord['outcome']): number[] =>
  search
    .filter((probe) => probe.outcome === outcome)
    .map(({ configuration }) => configuration.runtime.memoryLimitMiB ?? Number.NaN);

describe('the committed limits', () => {
  it('are of the whole list, each found to the MiB and above what is requested', () => {
    const list = loadSweep(fileURLToPath(new URL('../../bench/limit/configurations.json', import.meta.url)));
    const ids = resolveAll(sweepEntries(list), 'cpu').map(configId);
    expect([...searches.keys()].sort()).toEqual(ids.sort());
    for (const search of searches.values()) {
      const fitsMiB = Math.min(...limitsMiB(search, 'measured'));
      expect(Math.max(...limitsMiB(search, 'out-of-memory'))).toBe(fitsMiB - 1);
      const [probe] = search;
      const requested = probe === undefined ? undefined : shapeEngine.predict(probe.configuration)['step-peak'];
      expect(requested).toMatchObject({ kind: 'bytes' });
      if (requested?.kind === 'bytes') expect(requested.total).toBeLessThan(fitsMiB * MEBIBYTE_BYTES);
    }
  });

  it('the allocator model knows which probes run, and the request that is not met in the others', () => {
    for (const probe of probes) {
      const peak = allocatorModel.predict(probe.configuration)['step-peak'];
      if (probe.outcome === 'out-of-memory') {
        const { bytes, kernel, phase } = probe.allocation;
        const words = new RegExp(`^Out of memory in ${phase}: request \\d+, ${bytes} bytes for ${kernel}, `);
        expect(peak).toMatchObject({ kind: 'unsupported', reason: expect.stringMatching(words) });
      } else expect([probe.outcome, peak?.kind]).toEqual(['measured', 'bytes']);
    }
  });

  it('it knows the peak in chunks of those that run, but for one process', () => {
    const others = probes.flatMap((probe) => {
      const peak = allocatorModel.predict(probe.configuration)['step-peak'];
      if (peak?.kind !== 'bytes') return [];
      const errorBytes = peak.total - (stepPeakBytes(probe) ?? Number.NaN);
      const { model, runtime } = probe.configuration;
      return errorBytes === 0 ? [] : [{ of: model.architecture, limitMiB: runtime.memoryLimitMiB, errorBytes }];
    });
    // Its steady level differs as well. Run twice more it reads what the model says: where regions lie is the system's doing.
    expect(others).toEqual([{ of: 'encoder-decoder', limitMiB: 37, errorBytes: -80_128 }]);
  });
});
