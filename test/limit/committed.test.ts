/** The smallest limits that were found by running out of memory below them, and what the allocator model says of every probe. */
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { compareRecords, isCompared } from '../../src/accuracy/compare.ts';
import { loadSweep, resolveAll, sweepEntries } from '../../src/cli/selection.ts';
import { configId } from '../../src/config/configId.ts';
import { allocatorModel } from '../../src/estimators/exact/allocator-model.ts';
import { shapeEngine } from '../../src/estimators/exact/shape-engine.ts';
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

  it('it knows the levels and peaks in chunks of those that run, but for one process, whose regions lay in another order', () => {
    const rows = compareRecords(probes, [allocatorModel]).filter(isCompared);
    expect(rows.filter(({ verdict }) => verdict === 'exact')).toHaveLength(rows.length - 7);
    const others = rows.filter(({ verdict }) => verdict !== 'exact');
    const [{ configuration } = probes[0] as MeasurementRecord] = others;
    expect([configuration.model.architecture, configuration.runtime.memoryLimitMiB]).toEqual(['encoder-decoder', 37]);
    expect(new Set(others.map(({ configId: id, verdict }) => `${id} ${verdict}`)).size).toBe(1);
    expect(others.map(({ verdict }) => verdict)).toEqual(Array(7).fill('address-order'));
    expect(others.find(({ quantity }) => quantity === 'step-peak')?.errorBytes).toBe(-80_128);
  });
});
