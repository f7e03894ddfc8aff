/** Whether a formula set has terms for the way in which a model is spread over devices. */
import { type Deployment, ONE_DEVICE } from './deployment.ts';

/** Without a ZeRO stage each data parallel device holds the same, so these two change nothing per device by themselves. */
const NO_EFFECT: readonly (keyof Deployment)[] = ['dataParallel', 'nodes'];

/** The first key of `deployment` that matters and that is none of `known`; `undefined` if the set has terms for all of it. */
export const unknownDegree = (
  deployment: Deployment,
  known: readonly (keyof Deployment)[] = [],
): keyof Deployment | undefined =>
  (Object.keys(ONE_DEVICE) as (keyof Deployment)[]).find(
    (key) => deployment[key] !== ONE_DEVICE[key] && !known.includes(key) && !NO_EFFECT.includes(key),
  );
