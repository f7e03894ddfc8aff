/** Counts of elements as predictions. */
import type { Component } from '../../records/quantity.ts';
import { FLOAT32_BYTES } from '../../units/bytes.ts';
import { itemised, type Prediction } from '../estimator.ts';

/** Floats by component as a prediction in bytes. An int32 has the same 4 bytes. */
export const floats = (parts: Readonly<Partial<Record<Component, number>>>): Prediction =>
  itemised(Object.fromEntries(Object.entries(parts).map(([name, count]) => [name, FLOAT32_BYTES * count])));
