/** When a formula can be trusted: it was never further off than the band of the pictures. */
import type { ScoreboardRow } from '../../accuracy/score.ts';

/** Half the width of the band. */
export const TRUSTED_WITHIN = 0.05;
export const BAND = `±${TRUSTED_WITHIN * 100}\u00a0%`;

export const isTrusted = ({ worstErrorRatio, withoutRatioCount }: ScoreboardRow): boolean =>
  worstErrorRatio !== null && Math.abs(worstErrorRatio) <= TRUSTED_WITHIN && withoutRatioCount === 0;
