/** What records say about claims. A record that does not speak about a claim gives no observation. */

import { CONFIG_PATHS, type RunConfig, valueAt } from '../../config/schema.ts';
import { articleAsPrinted } from '../../estimators/article/article-as-printed.ts';
import { violatedAssumptions } from '../../estimators/estimator.ts';
import { exactParameterCount } from '../../estimators/exact/parameterCount.ts';
import type { MeasuredRecord, Reading } from '../../records/measurement.ts';
import type { Component, Ledger, Quantity } from '../../records/quantity.ts';
import { firstReadings } from '../readings.ts';
import type { Measure, Observation } from './claim.ts';

/** The ledgers that know components and rounding has not touched, the better first. */
const WITNESSES: readonly Ledger[] = ['requested', 'buffers'];

/** The reading of a quantity in the first measured step after the warm-up. */
export function readingOf(record: MeasuredRecord, quantity: Quantity): Reading | undefined {
  const reading = firstReadings(record);
  return WITNESSES.map((ledger) => reading(quantity, ledger)).find((found) => found !== undefined);
}

export const bytesOf = (record: MeasuredRecord, quantity: Quantity): number | undefined =>
  readingOf(record, quantity)?.bytes;

/** Bytes of one component over all layers, or of one layer; 0 if it has none, undefined where components are not known. */
export function componentBytes(
  record: MeasuredRecord,
  quantity: Quantity,
  component: Component,
  layer?: number,
): number | undefined {
  return readingOf(record, quantity)
    ?.components?.filter((part) => part.component === component && (layer === undefined || part.layer === layer))
    .reduce((sum, { bytes }) => sum + bytes, 0);
}

/** Assumptions without which the article's formulas of a layer are about another layer. */
const LAYER_ASSUMPTIONS = ['layer-norm', 'head-size', 'multi-head', 'two-linear-layers'];
/** … and without which its activations are others. */
const STEP_ASSUMPTIONS = ['training', 'activations-stored'];

const holdFor = (config: RunConfig, ids: readonly string[]): boolean =>
  violatedAssumptions(articleAsPrinted, config).every((id) => !ids.includes(id));

/** Is a layer of this configuration one of the article's? */
export const isArticleLayer = (config: RunConfig): boolean => holdFor(config, LAYER_ASSUMPTIONS);

/** Do the article's activations speak of this step? Two stacks have two lengths and a third sublayer, of which it says nothing. */
export const isArticleStep = (config: RunConfig): boolean =>
  config.model.architecture !== 'encoder-decoder' && isArticleLayer(config) && holdFor(config, STEP_ASSUMPTIONS);

/** Sequences whose activations are there at once. */
export const sequencesOf = ({ batch, step }: RunConfig): number => batch.size / step.microBatches;

export const parametersOf = ({ configuration }: MeasuredRecord): number => exactParameterCount(configuration);

/** What the article's formulas say of the record's configuration. */
export function articleBytes({ configuration }: MeasuredRecord, quantity: Quantity): number | undefined {
  const prediction = articleAsPrinted.predict(configuration)[quantity];
  return prediction?.kind === 'bytes' ? prediction.total : undefined;
}

/** One observation for each record of which `value` knows one. */
export function perRecord(
  what: string,
  claimed: number | string,
  value: (record: MeasuredRecord, config: RunConfig) => number | string | undefined,
): Measure {
  return {
    what,
    claimed,
    observe: (records) =>
      records.flatMap((record): Observation[] => {
        const found = value(record, record.configuration);
        return found === undefined ? [] : [{ configIds: [record.configId], value: found }];
      }),
  };
}

/**
 * One observation for each two records of one environment whose configurations differ in the keys `paths` alone, the first key
 * among them; `value` gets the one with less of it first.
 */
export function perPair(
  what: string,
  claimed: number | string,
  paths: readonly [string, ...string[]],
  value: (less: MeasuredRecord, more: MeasuredRecord) => number | undefined,
): Measure {
  return {
    what,
    claimed,
    observe: (records) =>
      pairs(records, paths).flatMap(([less, more]): Observation[] => {
        const found = value(less, more);
        return found === undefined ? [] : [{ configIds: [less.configId, more.configId], value: found }];
      }),
  };
}

function pairs(records: readonly MeasuredRecord[], paths: readonly [string, ...string[]]) {
  const [path] = paths;
  const of = ({ configuration }: MeasuredRecord): number => Number(valueAt(configuration, path));
  return records.flatMap((less) =>
    records
      .filter(
        (more) => of(less) < of(more) && less.environmentHash === more.environmentHash && alike(less, more, paths),
      )
      .map((more) => [less, more] as const),
  );
}

const alike = (a: MeasuredRecord, b: MeasuredRecord, paths: readonly string[]): boolean =>
  CONFIG_PATHS.every(
    (path) => paths.includes(path) || valueAt(a.configuration, path) === valueAt(b.configuration, path),
  );

/** By how much a quantity is larger in `more`. */
export function difference(less: MeasuredRecord, more: MeasuredRecord, quantity: Quantity): number | undefined {
  const [small, large] = [bytesOf(less, quantity), bytesOf(more, quantity)];
  return small === undefined || large === undefined ? undefined : large - small;
}

/** Undefined if either is, or where there is nothing to divide by. */
export const ratio = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || b === undefined || b === 0 ? undefined : a / b;
