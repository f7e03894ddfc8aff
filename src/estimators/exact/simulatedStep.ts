/** What the sets that run the step have in common: its quantities, when they refuse, and that a step is run once however often it is asked about. */
import { obstacles } from '../../config/buildable.ts';
import { configId } from '../../config/configId.ts';
import type { RunConfig } from '../../config/schema.ts';
import type { Quantity } from '../../records/quantity.ts';
import { SIMULATED_QUANTITIES, type SimulatedQuantity } from '../../shapes/quantities.ts';
import { type Assumption, type Prediction, unsupported } from '../estimator.ts';

export const everyQuantity = (
  of: (quantity: SimulatedQuantity) => Prediction,
): Readonly<Partial<Record<Quantity, Prediction>>> =>
  Object.fromEntries(SIMULATED_QUANTITIES.map((quantity) => [quantity, of(quantity)]));

/** What a step of another kind has. */
export const NO_SUCH_QUANTITY = unsupported('A step of this kind has no such quantity.');

/** Why nothing is run; null if it is. `who` begins the sentence. */
export function refusal(who: string, ground: readonly Assumption[], config: RunConfig): string | null {
  const violated = ground.find(({ holds }) => !holds(config));
  if (violated !== undefined) return `${who} needs: ${violated.statement}.`;
  const [obstacle] = obstacles(config);
  return obstacle === undefined ? null : `It cannot be built: ${obstacle.path}: ${obstacle.reason}`;
}

/** By id, because it is the same step in another object, too. A large model's answer is large: only the last is kept. */
export function onceInARow<Answer>(run: (config: RunConfig) => Answer): (config: RunConfig) => Answer {
  let last: { readonly id: string; readonly answer: Answer } | null = null;
  return (config) => {
    const id = configId(config);
    if (last?.id !== id) last = { id, answer: run(config) };
    return last.answer;
  };
}
