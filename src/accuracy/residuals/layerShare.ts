/** What a formula says of one layer: its predictions tell components apart only, so it is asked about more layers. */
import { perturbed } from '../../config/perturb.ts';
import type { RunConfig } from '../../config/schema.ts';
import { MemproofError } from '../../errors.ts';
import { type Estimator, type Prediction, predictionsByLedger } from '../../estimators/estimator.ts';
import type { ComponentBytes } from '../../records/measurement.ts';
import type { Ledger, Quantity } from '../../records/quantity.ts';
import { type Bytes, bytes } from '../../units/bytes.ts';
import { answerTo } from '../answerTo.ts';

type Component = ComponentBytes['component'];

/** A component's bytes c(L) = L · perLayer + outside. Of an encoder–decoder one more layer is one more block in both stacks. */
export interface LayerShare {
  readonly perLayerBytes: Bytes;
  readonly outsideBytes: Bytes;
}

/** Why a component cannot be divided among the layers. */
export type Undivided = 'silent on more layers' | 'not linear in layers' | 'less than nothing';

export type FindLayerShare = (quantity: Quantity, ledger: Ledger, component: Component) => LayerShare | Undivided;

/** The configuration with one layer more and with two; null where it contradicts itself. The same for every formula. */
export const deeper = (config: RunConfig): readonly (RunConfig | null)[] =>
  [1, 2].map((more) => perturbed(config, { 'model.layers': config.model.layers + more }));

/** For quantities that `estimator` predicts of `config`, in each of its ledgers; the last argument is `deeper(config)`. */
export function layerShares(
  estimator: Estimator,
  config: RunConfig,
  [oneMore = null, twoMore = null]: readonly (RunConfig | null)[],
): FindLayerShare {
  const answers = [config, oneMore, twoMore].map((one) => predictionsOf(estimator, one));
  return (quantity, ledger, component) => {
    const [now, next, last] = answers.map((answer) => bytesOf(answer.get(ledger)?.[quantity], component));
    if (now === 0) return { perLayerBytes: bytes(0), outsideBytes: bytes(0) }; // nothing is nowhere
    if (now === undefined || next === undefined || last === undefined) return 'silent on more layers';
    const perLayer = next - now;
    if (last - next !== perLayer) return 'not linear in layers';
    const outside = now - config.model.layers * perLayer;
    if (perLayer < 0 || outside < 0) return 'less than nothing';
    return { perLayerBytes: bytes(perLayer), outsideBytes: bytes(outside) };
  };
}

/** By ledger, and all of them at once: one that runs the step remembers the last. Empty where there is none, or where the formula fails. */
export function predictionsOf(
  estimator: Estimator,
  config: RunConfig | null,
): ReadonlyMap<Ledger, ReturnType<Estimator['predict']>> {
  if (config === null) return new Map();
  const answer = answerTo(() => {
    const predictedIn = predictionsByLedger(estimator, config);
    const ledgers = new Set(estimator.predicts.flatMap(({ ledgers }) => ledgers));
    return new Map([...ledgers].map((ledger) => [ledger, predictedIn(ledger)]));
  });
  return answer instanceof MemproofError ? new Map() : answer;
}

/** What a formula does not name it predicts 0 of. */
function bytesOf(prediction: Prediction | undefined, component: Component): number | undefined {
  if (prediction?.kind !== 'bytes') return undefined;
  const components: Readonly<Partial<Record<Component, Bytes>>> = prediction.components;
  return components[component] ?? 0;
}
