/** A step as a row of places, as one ledger reads them. */
import type { RunConfig } from '../config/schema.ts';
import type { MarkReading } from '../ledgers/ledger.ts';
import { START, WEIGHTS } from '../measure/marks.ts';
import { type Amounts, amounts } from './amounts.ts';
import { type PlacedStretch, placed } from './places.ts';
import type { SimulatedLedger } from './session.ts';
import type { SteadyStep } from './simulate.ts';

export interface Place extends PlacedStretch {
  /** At its beginning and its end, and when it is fullest. */
  readonly start: Amounts;
  readonly end: Amounts;
  readonly peak: Amounts;
  readonly reading: MarkReading;
}

export interface Row {
  /** The marks before there are steps. */
  readonly built: readonly MarkReading[];
  readonly places: readonly Place[];
  /** A place with two positions has two names. */
  readonly byName: ReadonlyMap<string, Place>;
}

/** By ledger. */
export function rowsOf(
  { readings, stretches }: SteadyStep,
  model: RunConfig['model'],
): ReadonlyMap<SimulatedLedger, Row> {
  const names = placed(stretches, model);
  return new Map([...readings].map(([ledger, marks]) => [ledger, rowOf(marks, names)]));
}

function rowOf(marks: readonly MarkReading[], stretches: readonly PlacedStretch[]): Row {
  const first = marks.findLastIndex(({ mark }) => mark === stretches[0]?.mark); // an earlier step may have been cut, too
  const places = stretches.map((stretch, index): Place => {
    const [before, reading] = [marks[first + index - 1], marks[first + index]] as [MarkReading, MarkReading];
    const [start, end] = [amounts(before.levelBytes, before.level), amounts(reading.levelBytes, reading.level)];
    return { ...stretch, start, end, peak: amounts(reading.peakBytes, reading.peak), reading };
  });
  return {
    built: marks.filter(({ mark }) => mark === START || mark === WEIGHTS),
    places,
    byName: new Map(places.flatMap((place) => place.names.map((name) => [name, place]))),
  };
}
