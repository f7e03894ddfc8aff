/** One prediction beside one reading, by component and place: a layer, outside the layers, or wherever it is. */
import type { RunConfig } from '../../config/schema.ts';
import type { Parts } from '../../estimators/estimator.ts';
import type { ComponentBytes } from '../../records/measurement.ts';
import { type Bytes, bytes } from '../../units/bytes.ts';
import type { LayerShare, Undivided } from './layerShare.ts';

type Component = ComponentBytes['component'];

/**
 * `layer`: one block · `layers`: all blocks of an encoder–decoder, since one more layer is one block in each of its two stacks ·
 * `outside`: outside the blocks · `whole`: wherever it is.
 */
export type Scope = 'layer' | 'layers' | 'outside' | 'whole';

export interface Place {
  readonly component: Component | 'unitemised';
  readonly scope: Scope;
  /** Number of the block, from 0; null unless `scope` is `layer`. */
  readonly layer: number | null;
  readonly predictedBytes: Bytes;
  /** Null for `unitemised`, which nothing measured corresponds to. */
  readonly measuredBytes: Bytes | null;
  /** Why `scope` is `whole`; null elsewhere. */
  readonly wholeBecause: Undivided | 'measured without layers' | 'nothing measured corresponds' | null;
}

/** The components of the formula in its order, then those that it leaves out, then `unitemised`; places that are 0 on both sides are left out. */
export function places(
  { unitemised, ...predicted }: Parts,
  measured: readonly ComponentBytes[],
  model: Pick<RunConfig['model'], 'architecture' | 'layers'>,
  shareOf: (component: Component) => LayerShare | Undivided,
): Place[] {
  const predictedBytesOf: Readonly<Partial<Record<Component, Bytes>>> = predicted;
  const named = Object.keys(predicted) as (keyof typeof predicted)[];
  const components = new Set<Component>([...named, ...measured.map(({ component }) => component)]);
  const all = [...components].flatMap((component): Place[] => {
    const inLayers = bytesByLayer(measured.filter((part) => part.component === component));
    const share = shareOf(component);
    if (typeof share !== 'string' && !isWithoutLayers(inLayers, share))
      return divided(component, share, inLayers, model);
    const both = { predictedBytes: predictedBytesOf[component] ?? bytes(0), measuredBytes: sum(inLayers.values()) };
    const wholeBecause = typeof share === 'string' ? share : 'measured without layers';
    return [{ component, scope: 'whole', layer: null, ...both, wholeBecause }];
  });
  if (unitemised !== undefined) all.push(unitemisedPlace(unitemised));
  return all.filter((place) => place.predictedBytes !== 0 || (place.measuredBytes ?? 0) !== 0);
}

type BytesByLayer = ReadonlyMap<number | null, Bytes>;

/** The ledgers know no layer of what the optimizer makes: beside a layer's share that is not 0 bytes in the layer. */
const isWithoutLayers = (measured: BytesByLayer, { perLayerBytes }: LayerShare): boolean =>
  perLayerBytes > 0 && measured.size === 1 && measured.has(null);

function divided(
  component: Component,
  { perLayerBytes, outsideBytes }: LayerShare,
  measured: BytesByLayer,
  { architecture, layers }: Pick<RunConfig['model'], 'architecture' | 'layers'>,
): Place[] {
  const numbers = [...measured.keys()].filter((layer) => layer !== null);
  const place = (scope: Scope, layer: number | null, predictedBytes: Bytes, measuredBytes: Bytes): Place => {
    return { component, scope, layer, predictedBytes, measuredBytes, wholeBecause: null };
  };
  const outside = place('outside', null, outsideBytes, measured.get(null) ?? bytes(0));
  if (architecture === 'encoder-decoder') {
    const inBlocks = sum(numbers.map((number) => measured.get(number) ?? 0));
    return [place('layers', null, bytes(layers * perLayerBytes), inBlocks), outside];
  }
  const inModel = Array.from({ length: layers }, (_, layer) => layer);
  const beyond = numbers.filter((number) => number >= layers).sort((a, b) => a - b); // of no model here, and yet in the total
  const blocks = [...inModel, ...beyond].map((layer) =>
    place('layer', layer, layer < layers ? perLayerBytes : bytes(0), measured.get(layer) ?? bytes(0)),
  );
  return [...blocks, outside];
}

const unitemisedPlace = (predictedBytes: Bytes): Place => ({
  component: 'unitemised',
  scope: 'whole',
  layer: null,
  predictedBytes,
  measuredBytes: null,
  wholeBecause: 'nothing measured corresponds',
});

function bytesByLayer(parts: readonly ComponentBytes[]): BytesByLayer {
  const sums = new Map<number | null, Bytes>();
  for (const { layer, bytes: count } of parts) sums.set(layer, bytes((sums.get(layer) ?? 0) + count));
  return sums;
}

const sum = (counts: Iterable<number>): Bytes => bytes([...counts].reduce((all, count) => all + count, 0));
