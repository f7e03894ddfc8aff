/** Forward through a linear map that brings its own gradient: the product before its bias goes. */
import type { Component } from '../../../../records/quantity.ts';
import { linearForward as plain } from '../../autodiff/forward/linear.ts';
import type { LinearMap } from '../../forward/operations.ts';
import { freed, type Moment } from '../../moments.ts';
import type { Pass } from '../../pass.ts';

export function linearForward(pass: Pass, name: Component, map: LinearMap): Moment[] {
  const moments = plain(pass, name, map);
  return map.hasBias ? [...moments, freed(name, pass.N * map.columns * pass.widths.product)] : moments;
}
