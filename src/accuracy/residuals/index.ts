/** Predicted − measured by component and layer, so that two errors that cancel are seen as two. */
import type { Estimator, Match } from '../../estimators/estimator.ts';
import type { MeasuredRecord } from '../../records/measurement.ts';
import type { Ledger, Quantity } from '../../records/quantity.ts';
import { type Bytes, bytes } from '../../units/bytes.ts';
import type { Judgement } from '../judge.ts';
import { firstReadings } from '../readings.ts';
import { deeper, layerShares, predictionsOf } from './layerShare.ts';
import { type Place, places } from './places.ts';

/** Whose residuals: one object for all rows of it. */
interface Compared {
  readonly configId: string;
  readonly estimator: string;
  readonly match: Match;
  readonly quantity: Quantity;
  readonly ledger: Ledger;
}

export interface ResidualRow {
  readonly compared: Compared;
  readonly place: Place;
  /** Predicted − measured; of `unitemised` what is predicted. */
  readonly residualBytes: Bytes;
  /** Residual ÷ measured. Null where that is 0 or nothing. */
  readonly residualRatio: number | null;
  /** Residual ÷ measured total of the quantity. Null where that is 0. */
  readonly shareOfTotal: number | null;
}

/**
 * Every measured record × estimator × quantity × ledger whose reading has components, in the order of the comparisons. The residuals of
 * one record, estimator, quantity and ledger add up to the error of the total.
 */
export function residualRows({
  records,
  estimators,
  comparisons,
}: Pick<Judgement, 'records' | 'estimators' | 'comparisons'>): ResidualRow[] {
  const matches = new Map(comparisons.map(({ configId, estimator, match }) => [`${configId} ${estimator}`, match]));
  const rows: ResidualRow[] = [];
  for (const record of records.filter((any) => any.outcome === 'measured')) {
    const placesOf = placesIn(record);
    for (const estimator of estimators) {
      const match = matches.get(`${record.configId} ${estimator.id}`);
      if (match === undefined) continue; // it predicts no quantity at all
      for (const { quantity, ledger, totalBytes, parts } of placesOf(estimator)) {
        const compared = { configId: record.configId, estimator: estimator.id, match, quantity, ledger };
        for (const place of parts) rows.push(residual(compared, place, totalBytes));
      }
    }
  }
  return rows;
}

/** One formula beside one record: its places for each quantity and ledger that tells components apart. */
function placesIn(record: MeasuredRecord) {
  const { configuration } = record;
  const read = firstReadings(record);
  const moreLayers = deeper(configuration);
  return (estimator: Estimator) => {
    const said = predictionsOf(estimator, configuration);
    const shareOf = layerShares(estimator, configuration, moreLayers);
    return estimator.predicts.flatMap(({ quantity, ledgers }) =>
      ledgers.flatMap((ledger) => {
        const prediction = said.get(ledger)?.[quantity];
        const measured = read(quantity, ledger);
        if (prediction?.kind !== 'bytes' || measured?.components === undefined) return [];
        const parts = places(prediction.components, measured.components, configuration.model, (component) =>
          shareOf(quantity, ledger, component),
        );
        return [{ quantity, ledger, totalBytes: measured.bytes, parts }];
      }),
    );
  };
}

function residual(compared: Compared, place: Place, totalBytes: number): ResidualRow {
  const { predictedBytes, measuredBytes } = place;
  const residualBytes = bytes(predictedBytes - (measuredBytes ?? 0));
  const residualRatio = measuredBytes === null || measuredBytes === 0 ? null : residualBytes / measuredBytes;
  const shareOfTotal = totalBytes === 0 ? null : residualBytes / totalBytes;
  return { compared, place, residualBytes, residualRatio, shareOfTotal };
}
