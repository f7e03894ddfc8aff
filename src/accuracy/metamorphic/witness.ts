/** A formula that remembers its answers: the same configuration is asked about by many laws. */
import { MemproofError } from '../../errors.ts';
import { type Estimator, standingOf } from '../../estimators/estimator.ts';
import { answerTo } from '../answerTo.ts';
import type { RelatedSample } from './instance.ts';

/** Its answers; a text where it failed. */
export interface Witness {
  readonly estimator: Estimator;
  predicted(sample: RelatedSample): ReturnType<Estimator['predict']> | string;
  standing(sample: RelatedSample): ReturnType<typeof standingOf> | string;
}

export const witnessOf = (estimator: Estimator): Witness => ({
  estimator,
  predicted: remembered(({ configuration, deployment }) => estimator.predict(configuration, deployment)),
  standing: remembered(({ configuration, deployment }) => standingOf(estimator, configuration, deployment)),
});

/** One configuration may be spread over devices in several ways. */
function remembered<T>(answer: (sample: RelatedSample) => T): (sample: RelatedSample) => T | string {
  const known = new Map<string, T | string>();
  return (sample) => {
    const key = JSON.stringify([sample.configId, sample.deployment]);
    const said = known.get(key) ?? orItsFailure(() => answer(sample));
    known.set(key, said);
    return said;
  };
}

/** A formula of the user's may fail on a changed configuration: it says nothing there, and is judged elsewhere. */
function orItsFailure<T>(ask: () => T): T | string {
  const answer = answerTo(ask);
  return answer instanceof MemproofError ? answer.message : answer;
}
